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
// The pages of the rows that are shown, in their order, go with a link to one of them: see among.js.
const table = document.getElementById("students");
table?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='feedback/']");
  if (!link) return;
  const links = [...table.querySelectorAll("tbody tr:not([hidden]) a[href^='feedback/']")];
  const keys = links.map((one) => one.getAttribute("href").replace(/^feedback\/|\.html.*$/g, ""));
  link.href = `${link.getAttribute("href").split("#")[0]}#among=${keys.map((key) => encodeURIComponent(decodeURIComponent(key))).join(",")}`;
});
