// The rich menu at the foot of a one-to-one chat: a picture with places to tap.

import { perform } from "./actions.js";
import { button, h } from "./dom.js";
import { T } from "./texts.js";

// The elements of the menu (none without a menu). It stays open or closed as the person left it.
export function menuBar(menu, phone) {
  if (!menu) return [];
  phone.menuOpen ??= menu.selected;
  const picture = h("div", { class: "menu-picture", hidden: !phone.menuOpen },
    h("img", { src: `/simulator/menu/${menu.richMenuId}`, alt: "" }), menu.areas.map((area) => place(area, menu.size, phone)));
  const bar = button(`${menu.chatBarText ?? T.menu} ${phone.menuOpen ? "▾" : "▴"}`, () => {
    phone.menuOpen = !phone.menuOpen;
    phone.menu.replaceChildren(...menuBar(menu, phone));
  }, { class: "menu-bar", "aria-expanded": String(phone.menuOpen) });
  return [bar, picture];
}

function place({ bounds, action }, size, phone) {
  const label = action.label ?? action.displayText ?? action.text ?? action.data ?? action.uri;
  const element = button("", () => perform(action, null, phone), { "aria-label": label, title: label });
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  element.style.setProperty("left", percent(bounds.x, size.width));
  element.style.setProperty("top", percent(bounds.y, size.height));
  element.style.setProperty("width", percent(bounds.width, size.width));
  element.style.setProperty("height", percent(bounds.height, size.height));
  return element;
}
