"""``python -m comm_pipeline.settings > docs/settings.md`` writes the documentation page anew."""

import sys

from comm_pipeline.settings.table import settings_page

if __name__ == "__main__":
    sys.stdout.write(settings_page())
