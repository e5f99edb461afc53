// One row of a chat: who said it, what, when, and a button for what can be done with it.

import { time } from "./dates.js";
import { button, h } from "./dom.js";
import { contents } from "./messages.js";
import { ground, initial } from "./pictures.js";
import { T } from "./texts.js";

// `app` is what Phone.app gives.
export function messageRow(message, app) {
  if (message.content.type === "notice") return notice(T.notices[message.content.notice](message.content.name));
  if (message.unsent) return notice(T.unsent(message.name));
  const classes = `message ${message.mine ? "mine" : ""} type-${message.content.type}`;
  return h("article", { class: classes }, message.mine ? null : face(message), said(message, app), meta(message, app));
}

const notice = (text) => h("p", { class: "notice", text });

function said(message, app) {
  const name = h("span", { class: message.mine ? "name sr-only" : "name", text: message.name });
  return h("div", { class: "said" }, name, quoted(message.quoted), contents(message, app));
}

function quoted(original) {
  if (!original) return null;
  return h("blockquote", { text: `${original.name}: ${original.text || T[original.type] || ""}` });
}

function meta(message, app) {
  return h("div", { class: "meta" },
    message.edited ? h("span", { text: T.edited }) : null,
    h("time", { datetime: message.at, text: time(message.at) }),
    button("⋯", app.offer, { class: "quiet", "aria-label": T.messageMenu }));
}

function face({ from, name }) {
  if (from === "bot") return h("img", { class: "face", src: "/simulator/static/icon.svg", alt: "" });
  const element = h("span", { class: "face", "aria-hidden": "true", text: initial(name) });
  element.style.setProperty("background-color", ground(name));
  return element;
}
