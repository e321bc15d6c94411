// Marks what came since the last look. The time of that look stays in this browser and is sent nowhere.
"use strict";
(() => {
  const rows = [...document.querySelectorAll("main > ol.stories > li[data-updated]")];
  if (!rows.length || !document.getElementById("show-new")) return;
  let last = null;
  try {
    last = localStorage.getItem("twosource-looked");
    localStorage.setItem("twosource-looked", rows.map((row) => row.dataset.updated).sort().pop());
  } catch { return; } // a browser that keeps nothing
  for (const row of rows) {
    if (last && row.dataset.updated > last) {
      row.classList.add("fresh");
      row.querySelector(".new").hidden = false;
    }
  }
})();
