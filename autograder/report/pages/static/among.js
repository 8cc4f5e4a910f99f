// Whoever comes here from the class's page goes on to the next student of the table as it was sorted and searched there.
// The list is in the address, so that a page on its own knows nobody else.
const found = /^#among=(.+)$/.exec(location.hash);
const keys = found ? found[1].split(",").filter((key) => /^[^/\\]+$/.test(decodeURIComponent(key))) : [];
const own = encodeURIComponent(decodeURIComponent(location.pathname.split("/").pop()).replace(/\.html$/, ""));
const at = keys.indexOf(own);
if (at >= 0) {
  const bar = document.getElementById("among");
  for (const [link, key] of [[bar.querySelector("[rel=prev]"), keys[at - 1]], [bar.querySelector("[rel=next]"), keys[at + 1]]]) {
    if (key === undefined) link.hidden = true;
    else link.href = `./${key}.html#among=${keys.join(",")}`;
  }
  bar.querySelector("span").textContent = `${at + 1} / ${keys.length}`;
  bar.hidden = false;
}
