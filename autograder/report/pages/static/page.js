// Sorting is tablesort's; this is the search box and what a screen reader hears of it.
for (const table of document.querySelectorAll("table.sortable")) {
  new Tablesort(table);
}
for (const box of document.querySelectorAll("input[type=search]")) {
  const rows = [...document.getElementById(box.dataset.table).tBodies[0].rows];
  const said = document.getElementById(box.dataset.said);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    said.textContent = (shown === 1 ? box.dataset.one : box.dataset.many).replace("{n}", shown);
  });
}
