"use strict";

// Everything can be read without this script; it sorts tables, remembers the theme, and hides what has no results.

const remembered = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { /* a page from a file may not be allowed to */ } },
};

const root = document.documentElement;
const themeButton = document.getElementById("theme");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return (root.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";
}

function showTheme() {
  themeButton.setAttribute("aria-pressed", String(isDark()));
}

const theme = remembered.get("ssvae-theme");
if (theme === "dark" || theme === "light") root.dataset.theme = theme;
showTheme();
themeButton.hidden = false;
prefersDark.addEventListener("change", showTheme);
themeButton.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  remembered.set("ssvae-theme", root.dataset.theme);
  showTheme();
});

// Ascending, descending, and back to the order of the report.
const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

function compare(one, other) {
  const [a, b] = [one.dataset.value, other.dataset.value];
  if (a !== undefined && b !== undefined) return Number(a) - Number(b);
  return one.textContent.localeCompare(other.textContent, "en", { numeric: true });
}

// Numbers before words before nothing, in both directions.
function rank(cell) {
  return cell.dataset.value !== undefined ? 0 : cell.textContent.trim() ? 1 : 2;
}

function sort(body, rows, column, order) {
  const sign = order === "descending" ? -1 : 1;
  const ordered = order === "none" ? rows : [...rows].sort((one, other) => {
    const [a, b] = [one.cells[column], other.cells[column]];
    return rank(a) - rank(b) || sign * compare(a, b);
  });
  body.append(...ordered);
}

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 2) continue;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const order = NEXT[head.getAttribute("aria-sort")];
      for (const other of heads) other.setAttribute("aria-sort", other === head ? order : "none");
      sort(body, rows, column, order);
    });
  });
}

// What has to be scrolled sideways can be reached with the keyboard.
function makeReachable() {
  for (const box of document.querySelectorAll("[data-title]")) {
    const isWide = box.scrollWidth > box.clientWidth + 1;
    if (isWide) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", `${box.dataset.title}, scrolls sideways`);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }
}
makeReachable();
addEventListener("resize", makeReachable);

const onlyDone = document.getElementById("only-done");
const undone = document.querySelectorAll('[data-status="disabled"], [data-status="not_run"]');
if (onlyDone && undone.length) {
  onlyDone.hidden = false;
  onlyDone.addEventListener("click", () => {
    const isHidden = onlyDone.getAttribute("aria-pressed") !== "true";
    onlyDone.setAttribute("aria-pressed", String(isHidden));
    for (const element of undone) element.hidden = isHidden;
  });
}

// The navigation shows where on the page one is: the last heading that has been passed.
const links = [...document.querySelectorAll("nav a")];
const places = links.map((link) => document.getElementById(link.hash.slice(1)));
let isWaiting = false;

function showPlace() {
  isWaiting = false;
  let current = -1;
  places.forEach((place, index) => {
    if (place && !place.hidden && place.getBoundingClientRect().top < 120) current = index;
  });
  links.forEach((link, index) => {
    if (index === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}
addEventListener("scroll", () => {
  if (!isWaiting) requestAnimationFrame(showPlace);
  isWaiting = true;
}, { passive: true });
showPlace();

// On paper nothing is folded; a link into a hidden section shows it.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.hidden) { onlyDone.click(); target.scrollIntoView(); }
});
