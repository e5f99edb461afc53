// Draws Flex Messages from their JSON, after developers.line.biz/en/docs/messaging-api/flex-message-layout
// `app` has image(url) -> address or null, and tap(action).

import { h } from "./dom.js";
import { T } from "./texts.js";

const FONT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const GAP = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDER = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const CORNER = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const IMAGE = {
  xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220,
};
const ALONG = { start: "flex-start", end: "flex-end", center: "center", top: "flex-start", bottom: "flex-end" };
const LENGTH = /^-?\d+(\.\d+)?(px|%)$/;
const COLOR = /^#[0-9a-f]{6}([0-9a-f]{2})?$/i;

export function flexMessage(contents, app) {
  if (contents.type === "bubble") return bubble(contents, app);
  const cards = contents.contents.map((each) => bubble(each, app));
  return h("div", { class: "flex-carousel", tabindex: 0, role: "group", "aria-label": T.cards }, cards);
}

function bubble(json, app) {
  const element = h("div", { class: `flex-bubble size-${json.size ?? "mega"}`, dir: json.direction ?? "ltr" });
  for (const block of ["header", "hero", "body", "footer"]) {
    if (!json[block]) continue;
    const drawn = component(json[block], app, "vertical");
    drawn.classList.add(`flex-${block}`);
    style(drawn, json.styles?.[block] ?? {}, element.childElementCount > 0);
    element.append(drawn);
  }
  tappable(element, json.action, app);
  return element;
}

function style(block, styles, hasBefore) {
  set(block, "background-color", color(styles.backgroundColor));
  if (styles.separator && hasBefore) {
    set(block, "border-top", `1px solid ${color(styles.separatorColor) ?? "#d4d6da"}`);
  }
}

const DRAW = { box, button, image, icon, text, separator, filler, span, video };

function component(json, app, layout) {
  const element = (DRAW[json.type] ?? filler)(json, app, layout);
  place(element, json, layout);
  return element;
}

// Where a component stands in its parent box: its share, its gravity, its offsets.
function place(element, json, layout) {
  const grows = layout !== "vertical" && !["separator", "icon"].includes(json.type);
  const share = json.flex ?? (json.type === "filler" || grows ? 1 : 0);
  const fixed = json.width && json.flex === undefined;
  set(element, "flex", share > 0 && !fixed ? `${share} ${layout === "vertical" ? "0 auto" : "1 0%"}` : "0 0 auto");
  if (layout === "horizontal" && json.gravity) set(element, "align-self", ALONG[json.gravity]);
  if (json.position === "absolute") set(element, "position", "absolute");
  for (const [key, side] of [["Top", "top"], ["Bottom", "bottom"], ["Start", "left"], ["End", "right"]]) {
    set(element, side, length(json[`offset${key}`], GAP));
  }
}

function box(json, app) {
  const vertical = json.layout === "vertical";
  const element = h("div", { class: `flex-box ${json.layout}` });
  json.contents.forEach((child, index) => {
    const drawn = component(child, app, json.layout);
    const gap = child.margin ?? (index > 0 ? json.spacing : undefined);
    if (child.position !== "absolute") set(drawn, vertical ? "margin-top" : "margin-left", length(gap, GAP));
    element.append(drawn);
  });
  dress(element, json);
  tappable(element, json.action, app);
  return element;
}

function dress(element, json) {
  set(element, "background-color", color(json.backgroundColor));
  set(element, "border-color", color(json.borderColor));
  set(element, "border-width", length(json.borderWidth, BORDER));
  set(element, "border-radius", length(json.cornerRadius, CORNER));
  for (const side of ["width", "height"]) set(element, side, length(json[side], {}));
  for (const side of ["Width", "Height"]) set(element, `max-${side.toLowerCase()}`, length(json[`max${side}`], {}));
  for (const [key, side] of [["All", ""], ["Top", "-top"], ["Bottom", "-bottom"], ["Start", "-left"], ["End", "-right"]]) {
    set(element, `padding${side}`, length(json[`padding${key}`], GAP));
  }
  set(element, "justify-content", json.justifyContent);
  set(element, "align-items", json.alignItems);
  set(element, "background-image", gradient(json.background));
}

function gradient(background) {
  if (background?.type !== "linearGradient") return undefined;
  const { startColor, centerColor, endColor, centerPosition, angle } = background;
  const centre = centerColor ? `${color(centerColor)} ${parseFloat(centerPosition ?? "50")}%, ` : "";
  return `linear-gradient(${parseFloat(angle)}deg, ${color(startColor)}, ${centre}${color(endColor)})`;
}

function text(json, app) {
  const element = h("div", { class: `flex-text ${json.wrap ? "wrap" : ""}` });
  if (json.contents?.length) element.append(...json.contents.map((child) => span(child)));
  else element.textContent = json.text ?? "";
  letters(element, { size: "md", ...json });
  set(element, "text-align", json.align);
  set(element, "line-height", json.lineSpacing && `calc(1.35em + ${length(json.lineSpacing, {})})`);
  if (json.wrap && json.maxLines > 0) {
    element.classList.add("clamped");
    set(element, "-webkit-line-clamp", String(json.maxLines));
  }
  tappable(element, json.action, app);
  return element;
}

function span(json) {
  const element = h("span", { text: json.text ?? "" });
  letters(element, json);
  return element;
}

function letters(element, json) {
  set(element, "font-size", length(json.size, FONT));
  set(element, "color", color(json.color));
  set(element, "font-weight", json.weight === "bold" ? "700" : undefined);
  set(element, "font-style", json.style === "italic" ? "italic" : undefined);
  set(element, "text-decoration", json.decoration);
}

function button(json, app) {
  const kind = json.style ?? "link";
  const element = h("button", {
    type: "button", class: `flex-button ${kind} ${json.height ?? "md"}`, text: json.action.label ?? "",
    onclick: (event) => { event.stopPropagation(); app.tap(json.action); },
  });
  set(element, kind === "link" ? "color" : "background-color", color(json.color));
  return element;
}

// A picture keeps its own size within the room its box gives it.
function image(json, app) {
  const size = json.size ?? "md";
  const frame = h("div", { class: "flex-image" }, picture(json.url, app, json.aspectMode === "cover" ? "cover" : "contain"));
  set(frame, "width", size === "full" ? "100%" : length(size, IMAGE));
  set(frame, "aspect-ratio", ratio(json));
  set(frame, "background-color", color(json.backgroundColor));
  tappable(frame, json.action, app);
  const room = h("div", { class: "flex-image-room" }, frame);
  set(room, "justify-content", ALONG[json.align ?? "center"]);
  set(room, "align-items", ALONG[json.gravity ?? "top"]);
  return room;
}

function ratio({ aspectRatio = "1:1" }) {
  const [wide, high] = aspectRatio.split(":").map(Number);
  return `${wide} / ${high}`;
}

// A picture from the bot, or a note in its place: nothing is loaded from elsewhere.
export function picture(url, app, fit = "cover") {
  const address = app.image(url);
  if (!address) return h("span", { class: "blank-picture", text: T.blankPicture });
  return h("img", { src: address, alt: T.photo, class: `fit-${fit}`, loading: "lazy" });
}

function icon(json, app) {
  const element = h("div", { class: "flex-icon" }, picture(json.url, app, "contain"));
  set(element, "height", length(json.size ?? "md", FONT));
  set(element, "aspect-ratio", ratio(json));
  return element;
}

function video(json, app) {
  return component(json.altContent, app, "vertical");
}

function separator(json, _app, layout) {
  const element = h("div", { class: `flex-separator ${layout === "vertical" ? "across" : "down"}`, role: "presentation" });
  set(element, "background-color", color(json.color));
  return element;
}

function filler() {
  return h("div");
}

function tappable(element, action, app) {
  if (!action) return;
  element.classList.add("tappable");
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  if (action.label) element.setAttribute("aria-label", action.label);
  const tap = (event) => { event.stopPropagation(); app.tap(action); };
  element.addEventListener("click", tap);
  element.addEventListener("keydown", (event) => event.key === "Enter" && event.target === element && tap(event));
}

const set = (element, property, value) => value !== undefined && element.style.setProperty(property, value);
const color = (value) => (COLOR.test(value ?? "") ? value : undefined);

function length(value, names) {
  if (value in names) return `${names[value]}px`;
  return LENGTH.test(value ?? "") ? value : undefined;
}
