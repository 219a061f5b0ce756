"use strict";
(() => {
  const field = document.getElementById("search");
  const ending = document.getElementById("ending");
  const shown = document.getElementById("shown");
  const people = Array.from(document.querySelectorAll("details.person"));
  const texts = people.map((one) => one.textContent.toLowerCase());
  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    people.forEach((one, position) => {
      const fits =
        (!ending.value || one.dataset.ending === ending.value) &&
        words.every((word) => texts[position].includes(word));
      one.hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.textContent = count === people.length ? "" : `${count} of ${people.length}`;
  };
  field.addEventListener("input", filter);
  ending.addEventListener("change", filter);
})();
