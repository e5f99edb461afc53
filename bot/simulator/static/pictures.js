// Small pictures drawn here, so that they look the same on every machine: faces and stickers.

import { STICKERS, T } from "./texts.js";

const KIN = /^(แม่|ป้า|พ่อใหญ่|พ่อ|ลุง|อ้าย|ยาย|ตา|น้อง|พี่|อาจารย์|คุณ|ช่าง)(?=.)/;
const LEADING_VOWEL = /^[เแโใไ]/;
const GROUNDS = ["#f6d9d5", "#fbe3bd", "#dcefc9", "#cfeae4", "#d6e2f7", "#e7dbf3"];
const SVG = "http://www.w3.org/2000/svg";

// The letter a person's name is known by, past the kin word and a vowel written first.
export const initial = (name) => [...name.replace(KIN, "").replace(LEADING_VOWEL, "")][0] ?? "?";

export const ground = (name) => GROUNDS[[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % GROUNDS.length];

// A sticker: a round face with its feeling and a word, as stickers often have.
export function stickerPicture(stickerId) {
  const { color, mouth, eyes, word } = STICKERS.find(({ id }) => id === stickerId) ?? STICKERS[0];
  const face = svg("svg", { viewBox: "0 0 120 120", role: "img", "aria-label": `${T.sticker} ${word}` });
  const line = { fill: "none", stroke: "#3b2b1d", "stroke-width": 5, "stroke-linecap": "round" };
  face.append(
    svg("circle", { cx: 60, cy: 46, r: 42, fill: color }),
    svg("path", { d: eyes, ...line }),
    svg("path", { d: mouth, ...line }),
    svg("rect", { x: 8, y: 86, width: 104, height: 32, rx: 16, fill: "#fff", stroke: color, "stroke-width": 3 }));
  const caption = svg("text", { x: 60, y: 109, "text-anchor": "middle", "font-size": 20, "font-weight": 700, fill: "#3b2b1d" });
  caption.textContent = word;
  face.append(caption);
  return face;
}

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
