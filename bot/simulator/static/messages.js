// Draws the contents of one message, of any type, as LINE shows it.

import { h } from "./dom.js";
import { flexMessage, picture } from "./flex.js";
import { stickerPicture } from "./pictures.js";
import { T } from "./texts.js";

export function contents(message, app) {
  const draw = DRAW[message.content.type] ?? unknown;
  return draw(message.content, app, message);
}

const DRAW = {
  text, textV2, image, sticker, location, template, audio, video, file, imagemap,
  flex: (content, app) => flexMessage(content.contents, app),
};

const speech = (...children) => h("div", { class: "speech" }, children);
const unknown = (content) => speech(content.altText ?? content.type);

function text(content) {
  return speech(marked(content.text, content.mention?.mentionees ?? []));
}

// The text with its mentions in bold; their places count UTF-16 units, as JavaScript does.
function marked(words, mentionees) {
  const parts = [];
  let from = 0;
  for (const { index, length } of mentionees) {
    parts.push(words.slice(from, index), h("b", { text: words.slice(index, index + length) }));
    from = index + length;
  }
  return [...parts, words.slice(from)];
}

function textV2(content, app) {
  const parts = content.text.split(/\{(\w+)\}/);
  const named = (name) => h("b", { text: app.substitute(content.substitution?.[name], name) });
  return speech(parts.map((part, index) => (index % 2 ? named(part) : part)));
}

function image(content, app, message) {
  if (content.originalContentUrl) return h("div", { class: "photo" }, picture(content.previewImageUrl, app));
  return h("div", { class: "photo" }, h("img", { src: `/simulator/content/${message.id}`, alt: T.photo }));
}

function sticker(content) {
  return h("div", { class: "sticker" }, stickerPicture(content.stickerId));
}

function location(content) {
  return speech(h("div", { class: "place" },
    h("span", { class: "pin", "aria-hidden": "true", text: "📍" }),
    h("div", {}, h("b", { text: content.title ?? T.openMap }), h("div", { text: content.address ?? "" }),
      h("div", { class: "dim", text: `${content.latitude}, ${content.longitude}` }))));
}

function media(tag, content, app, message) {
  const source = content.originalContentUrl ? app.image(content.originalContentUrl) : `/simulator/content/${message.id}`;
  return speech(h(tag, { controls: true, preload: "none", src: source, "aria-label": T[content.type] }));
}

function audio(content, app, message) {
  return media("audio", content, app, message);
}

function video(content, app, message) {
  return media("video", content, app, message);
}

function file(content, _app, message) {
  const name = `📄 ${content.fileName}`;
  return speech(h("a", { href: `/simulator/content/${message.id}`, download: content.fileName, text: name }));
}

function imagemap(content, app) {
  const labels = content.actions.map((action) => ({ label: action.label ?? action.text ?? content.altText, ...action }));
  return card({ title: content.altText, actions: labels.map(plainAction) }, app);
}

const plainAction = (action) => (action.linkUri ? { type: "uri", label: action.label, uri: action.linkUri } : action);

function template(content, app) {
  const { type, columns, ...one } = content.template;
  if (!columns) return card(one, app, type);
  const cards = columns.map((column) => card(type === "image_carousel" ? imageColumn(column) : column, app));
  return h("div", { class: "flex-carousel", tabindex: 0, role: "group", "aria-label": T.cards }, cards);
}

const imageColumn = ({ imageUrl, action }) => ({ thumbnailImageUrl: imageUrl, actions: [action] });

function card({ thumbnailImageUrl, title, text: words, actions }, app, kind = "") {
  const heading = title ? h("b", { text: title }) : null;
  return h("div", { class: `template ${kind}` },
    thumbnailImageUrl ? h("div", { class: "thumbnail" }, picture(thumbnailImageUrl, app)) : null,
    title || words ? h("div", { class: "template-text" }, heading, h("div", { text: words ?? "" })) : null,
    h("div", { class: "template-actions" }, actions.map((action) =>
      h("button", { type: "button", text: action.label ?? T.ok, onclick: () => app.tap(action) }))));
}
