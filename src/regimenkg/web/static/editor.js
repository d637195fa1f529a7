// The editor's comforts: colours, completion, examples, the place of an error. Without script the
// page is a plain form that answers just the same.
"use strict";

const area = document.getElementById("query");
const paint = document.getElementById("paint");
const choices = document.getElementById("choices");
const examples = document.getElementById("examples");
const form = document.getElementById("editor-form");
let terms = null;

const TOKENS = new RegExp(
  [
    "(?<comment>#[^\\n]*)",
    "(?<string>\"\"\"[\\s\\S]*?\"\"\"|'''[\\s\\S]*?'''|\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)*')",
    "(?<iri><[^<>\"{}|^`\\\\\\s]*>)",
    "(?<variable>[?$]\\w+)",
    "(?<name>[A-Za-z][\\w-]*:[\\w.%/-]*|:[\\w.%/-]+)",
    "(?<number>\\b\\d+(?:\\.\\d+)?\\b)",
    "(?<word>\\b[A-Za-z_]+\\b)",
  ].join("|"),
  "g",
);
const WORDS = new Set(
  ("ADD AS ASC ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP " +
    "HAVING IN LIMIT MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR UNDEF " +
    "UNION VALUES WHERE A COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG DATATYPE BOUND IF " +
    "COALESCE CONTAINS STRSTARTS STRENDS LCASE UCASE REGEX REPLACE CONCAT ISIRI TRUE FALSE").split(" "),
);

function draw() {
  const text = area.value;
  paint.textContent = "";
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    paint.append(text.slice(at, match.index));
    let kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind === "word" && !WORDS.has(match[0].toUpperCase())) kind = "";
    const span = document.createElement("span");
    if (kind) span.className = "t-" + kind;
    span.textContent = match[0];
    paint.append(span);
    at = match.index + match[0].length;
  }
  paint.append(text.slice(at) + "\n");
  paint.scrollTop = area.scrollTop;
  paint.scrollLeft = area.scrollLeft;
}

async function load() {
  if (terms === null) {
    const response = await fetch("/editor/terms.json");
    terms = await response.json();
  }
  return terms;
}

function wordBefore() {
  const before = area.value.slice(0, area.selectionStart);
  return /[\w:.\-?]*$/.exec(before)[0];
}

function candidates(known, word) {
  const low = word.toLowerCase();
  const found = [];
  for (const [name, kind, definition] of known.terms) {
    if (name.toLowerCase().startsWith(low) || (low && name.toLowerCase().split(":")[1].startsWith(low)))
      found.push([name, definition || kind, name]);
  }
  for (const prefix of Object.keys(known.prefixes)) {
    if (prefix.startsWith(low)) found.push([prefix + ":", "prefix", prefix + ":"]);
  }
  if (low.length > 1) {
    for (const [label, iri] of known.things) {
      if (label.toLowerCase().includes(low)) found.push([label, "thing", "<" + iri + ">"]);
    }
  }
  return found.slice(0, 40);
}

async function complete() {
  const word = wordBefore();
  const found = candidates(await load(), word);
  choices.textContent = "";
  for (const [label, kind, text] of found) {
    const item = document.createElement("li");
    item.role = "option";
    item.dataset.text = text;
    item.append(label, " ");
    const note = document.createElement("small");
    note.textContent = kind;
    item.append(note);
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      accept(item);
    });
    choices.append(item);
  }
  choices.hidden = found.length === 0;
  choose(0);
}

function choose(place) {
  const items = [...choices.children];
  items.forEach((item, number) => item.setAttribute("aria-selected", String(number === place)));
  items[place]?.scrollIntoView({ block: "nearest" });
}

function chosen() {
  return [...choices.children].findIndex((item) => item.getAttribute("aria-selected") === "true");
}

function accept(item) {
  const word = wordBefore();
  const end = area.selectionStart;
  area.setRangeText(item.dataset.text, end - word.length, end, "end");
  choices.hidden = true;
  area.focus();
  draw();
}

area.addEventListener("input", () => {
  choices.hidden = true;
  draw();
});
area.addEventListener("scroll", draw);
area.addEventListener("blur", () => (choices.hidden = true));
area.addEventListener("keydown", (event) => {
  if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    complete();
  } else if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    form.requestSubmit();
  } else if (!choices.hidden) {
    const count = choices.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose((chosen() + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      accept(choices.children[chosen()]);
    } else if (event.key === "Escape") {
      choices.hidden = true;
    }
  }
});

examples.addEventListener("change", async () => {
  if (!examples.value) return;
  const response = await fetch("/editor/examples/" + encodeURIComponent(examples.value));
  area.value = (await response.json()).query;
  draw();
  area.focus();
});

if (area.dataset.line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, area.dataset.line - 1).join("\n").length + (area.dataset.line > 1 ? 1 : 0);
  const at = Math.min(start + Number(area.dataset.column) - 1, area.value.length);
  area.focus();
  area.setSelectionRange(at, Math.min(at + 1, area.value.length));
}
document.documentElement.classList.add("script");
draw();
