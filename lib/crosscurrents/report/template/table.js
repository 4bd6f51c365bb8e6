// Sorts and filters the tables of a page, and follows links to rows of them (#table=row). Without it
// the tables are there in full order, ready to be read.
"use strict";
const filters = new Map();
for (const box of document.querySelectorAll(".cc-table")) {
  if (box.dataset.ready) continue;
  box.dataset.ready = "yes";
  const table = box.querySelector("table"), body = table && table.tBodies[0];
  const rows = body ? [...body.rows] : [];
  if (rows.length < 2) continue;
  const note = box.nextElementSibling, count = note && note.querySelector("span");
  const total = count ? count.textContent : "", shown = rows.filter((row) => !row.hidden).length;
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const cellsOf = (row) => [...row.cells].map((cell) => cell.textContent.trim().toLowerCase());
  let order = rows, open = shown === rows.length, search = null, exact = false;

  const show = () => {
    const wanted = search ? search.value.trim().toLowerCase() : "";
    const whole = exact && order.filter((row) => cellsOf(row).includes(wanted));
    const found = whole && whole.length ? whole : order.filter((row) => texts.get(row).includes(wanted));
    const seen = new Set(open || wanted ? found : found.slice(0, shown));
    for (const row of order) { row.hidden = !seen.has(row); }
    body.append(...order);
    if (!count) return;
    const inside = rows.length.toLocaleString("en"), now = seen.size.toLocaleString("en");
    count.textContent = wanted ? `${now} of ${inside} rows match` : open ? total.replace(/^[\d,]+(?= of )/, inside) : total;
  };

  // A number as it is written in a cell; what is none counts as 0.
  const number = (text) => Number(text.replace(/[,%<>]/g, "").replace("−", "-").replace("∞", "Infinity")) || 0;
  const cell = (row, column) => row.cells[column].textContent.trim();
  const compare = (a, b, numeric) => {
    const none = (a === "–") - (b === "–");  // what is missing stays last, whichever way
    if (none || a === b) return [none, 0];
    return [0, numeric ? number(a) - number(b) : a.localeCompare(b, "en", { numeric: true })];
  };
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  heads.forEach((head, column) => {
    const numeric = head.classList.contains("cc-n"), button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const ways = numeric ? ["descending", "ascending", null] : ["ascending", "descending", null];
      const way = ways[(ways.indexOf(head.getAttribute("aria-sort")) + 1) % 3];
      for (const other of heads) { other.removeAttribute("aria-sort"); }
      if (way) head.setAttribute("aria-sort", way);
      const sign = way === "descending" ? -1 : 1;
      order = !way ? rows : [...rows].sort((a, b) => {
        const [none, by] = compare(cell(a, column), cell(b, column), numeric);
        return none || sign * by;
      });
      show();
    });
  });

  if (rows.length < 12 && open) {
    filters.set(box.id, () => {});
    continue;
  }
  const tools = document.createElement("div"), label = document.createElement("label");
  tools.className = "cc-tools";
  search = document.createElement("input");
  search.type = "search";
  search.addEventListener("input", () => { exact = false; show(); });
  filters.set(box.id, (text) => { search.value = text; exact = true; show(); });
  label.append("Filter ", search);
  tools.append(label);
  search.setAttribute("aria-label", `Filter the table: ${box.getAttribute("aria-label")}`);
  if (count) count.setAttribute("role", "status");
  if (!open) {
    const more = document.createElement("button");
    more.type = "button";
    more.textContent = `Show ${rows.length.toLocaleString("en")} rows`;
    more.setAttribute("aria-expanded", "false");
    more.addEventListener("click", () => {
      open = !open;
      more.setAttribute("aria-expanded", String(open));
      more.textContent = open ? `Show ${shown} rows` : `Show ${rows.length.toLocaleString("en")} rows`;
      show();
    });
    tools.append(more);
  }
  box.before(tools);
}

// A link to "#table=row" opens what is folded around the table and shows the rows in which it stands.
const follow = () => {
  const [id, row] = location.hash.slice(1).split("=").map(decodeURIComponent);
  const place = id && document.getElementById(id);
  if (!place) return;
  for (let e = place; e; e = e.parentElement) { if (e.tagName === "DETAILS") e.open = true; }
  if (row !== undefined && filters.has(id)) filters.get(id)(row);
  (place.previousElementSibling?.className === "cc-tools" ? place.previousElementSibling : place).scrollIntoView();
  if (place.tabIndex === 0) place.focus({ preventScroll: true });
};
addEventListener("hashchange", follow);
// A second click on the same link changes no hash.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href*='#']");
  if (link && link.href === location.href) follow();
});
addEventListener("beforeprint", () => { for (const e of document.querySelectorAll("details")) e.open = true; });
follow();
