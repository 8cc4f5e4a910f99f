// Keys, forms and what comes back from the desk. All words are the server's; nothing is kept here but a switch.
"use strict";
const csrf = document.querySelector("meta[name=csrf]").content;
const one = (selector, under = document) => under.querySelector(selector);
const all = (selector, under = document) => [...under.querySelectorAll(selector)];
const said = one("#said");
let silence = 0;

function say(text) {
  said.textContent = text || "";
  clearTimeout(silence);
  if (text) silence = setTimeout(() => { said.textContent = ""; }, 8000);
}

async function ask(address, body) {
  const options = { headers: { "X-CSRF-Token": csrf } };
  if (body !== undefined) {
    options.method = "POST";
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    say(document.body.dataset.offline);
    return null;
  }
  const reply = await response.json().catch(() => null);
  if (!reply) say(document.body.dataset.offline);
  else if (reply.said !== undefined) say(reply.said);
  return reply;
}

// --- one group ---------------------------------------------------------------------------------------------------

const here = () => one(".two");
const context = () => {
  const group = here();
  return group ? { question: group.dataset.question, filter: group.dataset.filter, at: group.dataset.at } : {};
};

function show(reply, { keep = false } = {}) {
  if (!reply) return;
  if (reply.go) { location.assign(reply.go); return; }
  if (reply.part === undefined) return;
  one("#part").innerHTML = reply.part;  // made by the server, where everything of a student's is escaped
  if (reply.url && !keep) history.pushState(null, "", reply.url);
  begin();
  one("#group").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function begin() {
  preview();
  const box = one("[data-figures]");
  if (box) {
    fetch(box.dataset.figures, { headers: { "X-CSRF-Token": csrf } }).then((response) => response.json()).then((reply) => {
      if (box.isConnected) box.innerHTML = reply.html;
    }).catch(() => { if (box.isConnected) box.textContent = document.body.dataset.offline; });
  }
}

const number = (value) => String(Math.round(value * 100) / 100);
const signed = (value) => (value > 0 ? "+" : "−") + number(Math.abs(value));

function sum(form) {
  const possible = Number(here().dataset.possible);
  const chosen = all("[name=comment]:checked", form);
  const worth = chosen.filter((box) => box.dataset.points !== "").map((box) => Number(box.dataset.points));
  if (!worth.length) return null;
  const start = worth.some((points) => points > 0) ? 0 : possible;
  return Math.min(Math.max(start + worth.reduce((a, b) => a + b, 0), 0), possible);
}

function preview() {
  const form = one("form.decision");
  if (!form) return;
  const typed = form.points.value;
  const points = typed === "" ? sum(form) : Number(typed);
  const texts = all("[name=comment]:checked", form).map((box) => {
    const worth = Number(box.dataset.points);
    return worth ? `${box.dataset.text} (${signed(worth)})` : box.dataset.text;
  });
  const note = form.note.value.split(/\s+/).filter(Boolean).join(" ");
  if (note) texts.push(note);
  const reads = texts.join("; ") || document.body.dataset.reads;
  one("#reads").textContent = points === null ? document.body.dataset.none : `${number(points)} / ${number(here().dataset.possible)} · ${reads}`;
  form.points.placeholder = sum(form) === null ? "" : number(sum(form));
  const checked = all("[name=member]:checked").length;
  one("#howmany").textContent = ` (${checked})`;
}

function setPoints(value) {
  const form = one("form.decision");
  form.points.value = number(Math.min(Math.max(value, 0), Number(here().dataset.possible)));
  preview();
}

const now = (form) => (form.points.value === "" ? sum(form) ?? 0 : Number(form.points.value));

async function decide(form) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const boxes = all("[name=member]:checked");
  const versions = Object.fromEntries(boxes.map((box) => [box.value, Number(box.dataset.version)]));
  const chosen = all("[name=comment]:checked", form);
  const reply = await ask("/decide", {
    ...context(), versions,
    points: form.points.value === "" ? null : Number(form.points.value),
    comments: chosen.map((box) => box.value),
    seen: Object.fromEntries(chosen.map((box) => [box.value, box.dataset.seen])),
    note: form.note.value,
  });
  delete form.dataset.busy;
  if (reply && reply.chosen) refill(reply);
  else show(reply);
}

async function move(to) {
  if (to) show(await ask(`/part?${new URLSearchParams({ name: here().dataset.question, filter: here().dataset.filter, at: to })}`));
}

async function sheet(address, title) {
  const reply = await ask(address);
  if (!reply) return;
  one("#sheet-title").textContent = title;
  one("#sheet-body").innerHTML = reply.html;
  one("#sheet").showModal();
  one("#sheet-title").focus();
}

// --- comments ----------------------------------------------------------------------------------------------------

let lastComment = "";

function comment(id) {
  const dialog = one("#comment");
  const form = one("form", dialog);
  const box = id ? one(`[name=comment][value="${CSS.escape(id)}"]`) : null;
  form.dataset.id = id || "";
  form.dataset.seen = box ? box.dataset.seen : "";
  form.dataset.sure = "";
  form.text.value = box ? box.dataset.text : "";
  form.points.value = box ? box.dataset.points : "";
  form.points.max = here().dataset.possible;
  form.points.min = -Number(here().dataset.possible);
  one("#comment-changes").replaceChildren();
  one("[data-act=remove]", form).hidden = !id;
  const title = one("#comment-title");
  title.textContent = id ? title.dataset.change : title.dataset.new;
  dialog.showModal();
  form.text.focus();
}

async function keepComment(form) {
  const reply = await ask("/comment", {
    ...context(), id: form.dataset.id, seen: form.dataset.seen, text: form.text.value, sure: form.dataset.sure,
    points: form.points.value === "" ? null : Number(form.points.value),
    chosen: all("form.decision [name=comment]:checked").map((box) => box.value),
  });
  if (!reply || reply.wrong) return;
  if (reply.changes !== undefined) {
    one("#comment-changes").innerHTML = reply.changes;
    form.dataset.sure = reply.digest;
    return;
  }
  one("#comment").close();
  refill(reply);
}

function refill(reply) {
  // the group is drawn anew with the rubric as it is now; what was chosen and typed stays
  const form = one("form.decision");
  const kept = { points: form.points.value, note: form.note.value, chosen: new Set(reply.chosen || []) };
  show(reply, { keep: true });
  const anew = one("form.decision");
  if (!anew) return;
  for (const box of all("[name=comment]", anew)) box.checked = kept.chosen.has(box.value);
  anew.points.value = kept.points;
  anew.note.value = kept.note;
  preview();
}

// --- what buttons and keys do ------------------------------------------------------------------------------------

const acts = {
  help: () => one("#help").showModal(),
  names: async (button) => { if (await ask("/names", { on: button.getAttribute("aria-pressed") !== "true" })) location.reload(); },
  full: () => setPoints(Number(here().dataset.possible)),
  zero: () => setPoints(0),
  less: () => setPoints(now(one("form.decision")) - 0.5),
  more: () => setPoints(now(one("form.decision")) + 0.5),
  back: () => move(here().dataset.before),
  forth: () => move(here().dataset.after),
  undo: async (button) => {
    const reply = await ask("/undo", { ...context(), id: button.dataset.id || "" });
    if (reply && button.dataset.id) location.reload();
    else show(reply);
  },
  again: async (button) => show(await ask("/again", {
    ...context(), ids: all("[name=member]:checked").map((box) => box.value), on: button.getAttribute("aria-pressed") !== "true",
  })),
  notebook: (button) => sheet(`/notebook?id=${button.dataset.id}`, button.firstChild.textContent),
  new: () => comment(""),
  edit: (button) => comment(button.dataset.id),
  remove: async (button) => {
    const reply = await ask("/comment/remove", { ...context(), id: button.form.dataset.id });
    one("#comment").close();
    if (reply) refill(reply);
  },
  close: (button) => button.closest("dialog").close(),
  rule: async (button) => show(await ask("/rule", {
    ...context(), place: Number(button.dataset.place), accepted: button.dataset.accepted === "1",
  })),
  unrule: async (button) => {
    const { question, place, name } = button.dataset;
    if (await ask("/unrule", { question, place: Number(place), name })) location.reload();
  },
  write: async (button) => { button.disabled = true; await ask("/write", {}); button.disabled = false; },
};

const forms = {
  decide,
  comment: keepComment,
  requests: async (form) => { const reply = await ask("/requests", { text: form.text.value }); if (reply && reply.reload) location.reload(); },
  import: async (form) => {
    const file = form.file.files[0];
    if (file) await ask("/import", { name: file.name, content: await file.text() });
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (button && acts[button.dataset.act]) acts[button.dataset.act](button);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!forms[form.dataset.act]) return;
  event.preventDefault();
  forms[form.dataset.act](form);
});
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.dataset.act === "filter") field.form.submit();
  else if (field.name === "member" || field.name === "comment") chose(field);
  else if (field.id === "single-keys") {
    localStorage.setItem("single-keys", field.checked ? "on" : "off");
    say(field.checked ? document.body.dataset.keysOn : document.body.dataset.keysOff);
  }
});
document.addEventListener("input", (event) => {
  if (event.target.closest("form.decision")) preview();
  const form = event.target.closest("#comment form");
  if (form) { form.dataset.sure = ""; one("#comment-changes").replaceChildren(); }
});

function chose(field) {
  if (field.name === "comment") {
    lastComment = field.value;
    one("form.decision").points.value = "";  // what comments come to counts until somebody types points
  }
  preview();
}

function press(key) {
  const boxes = all("form.decision [name=comment]");
  if (/^[1-9]$/.test(key)) {
    const box = boxes[Number(key) - 1];
    if (box) { box.checked = !box.checked; chose(box); }
    return Boolean(box);
  }
  const wanted = { "=": "+", "−": "-", "ArrowRight": "j", "ArrowLeft": "k" }[key] || key;
  const target = one(`[data-key="${CSS.escape(wanted)}"]`);
  if (target && !target.disabled) { target.click(); return true; }
  const form = one("form.decision");
  if (!form) return false;
  if (key === "p") { form.points.focus(); form.points.select(); return true; }
  if (key === "c") { form.note.focus(); return true; }
  if (key === "e") { const id = lastComment || (boxes[0] && boxes[0].value); if (id) comment(id); return true; }
  if (key === "x") { const box = one("[name=member]"); if (box) box.focus(); return true; }
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") {
    const form = event.target.closest("form") || one("form.decision");
    if (form) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("dialog[open]")) return;
  const field = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (field) {
    if (event.key === "Escape") { field.blur(); event.preventDefault(); }
    return;
  }
  if (event.key === "Enter") {
    const form = one("form.decision");
    const on = event.target.closest("button, a, summary");
    if (on) return;
    const going = one("a.go-on") || one("a.open-question");
    if (form) form.requestSubmit();
    else if (going) going.click();
    else return;
    event.preventDefault();
    return;
  }
  if (localStorage.getItem("single-keys") === "off") return;
  if (event.key.startsWith("Arrow") && event.target.closest("[tabindex='0']")) return;
  if (press(event.key)) event.preventDefault();
});
addEventListener("popstate", () => location.reload());
one("#single-keys").checked = localStorage.getItem("single-keys") !== "off";
begin();
if (one("#group")) one("#group").focus({ preventScroll: true });
