"""What people read: data frames, the metrics document, reports. Nothing is fetched here."""
