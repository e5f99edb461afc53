// Small helpers to build the page. Texts are always set as text, never as HTML.

import { T } from "./texts.js";

export function h(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export const button = (text, onclick, options = {}) => h("button", { type: "button", text, onclick, ...options });

export function option(value, text, selected = false) {
  const element = h("option", { value, text });
  element.selected = selected;
  return element;
}

// Asks for one value in a dialog.
export function ask(label, input, then) {
  const answer = (close) => (event) => {
    event.preventDefault();
    close();
    then(input.value);
  };
  dialog(label, (close) => h("form", { onsubmit: answer(close) }, input,
    h("div", { class: "row" }, h("button", { type: "submit", text: T.ok }), button(T.cancel, close, { class: "quiet" }))));
}

// Puts children in this order with as few moves as can be: focus, scrolling and playing sound stay as they are.
export function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

// Draws an element's children anew only when what they show has changed.
export function redraw(element, shown, draw) {
  const key = JSON.stringify(shown);
  if (element.dataset.shown === key) return;
  element.dataset.shown = key;
  element.replaceChildren(...draw());
}

let toastTimer;

export function toast(text) {
  const element = document.getElementById("toast");
  element.textContent = text;
  element.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => element.classList.remove("shown"), 4000);
}

// A dialog that closes on Escape, and gives the focus back. `fill(close)` gives its contents.
export function dialog(label, fill) {
  const element = h("dialog", { class: "dialog", "aria-label": label });
  const close = () => element.close();
  element.append(h("h2", { text: label }), ...[fill(close)].flat());
  element.addEventListener("close", () => element.remove());
  element.addEventListener("click", (event) => event.target === element && close());
  document.body.append(element);
  element.showModal();
  return element;
}

// A dialog that is a list of buttons: [[text, action], …].
export function choose(label, choices) {
  return dialog(label, (close) => [
    h("div", { class: "choices" }, choices.map(([text, act]) => button(text, () => { close(); act(); }))),
    button(T.close, close, { class: "quiet" }),
  ]);
}
