// Does what an action of a button asks, as the LINE app does on a phone.

import { ask, h, toast } from "./dom.js";
import { field } from "./dates.js";
import { T } from "./texts.js";

// `phone` is the Phone it was tapped on; `message` the message it stands on, if any.
export function perform(action, message, phone) {
  switch (action.type) {
    case "uri": return openLink(action.uri, phone);
    case "datetimepicker": return pick(action, message, phone);
    case "camera": case "cameraRoll": return phone.composer.choosePhotos();
    case "location": return phone.composer.chooseLocation();
    case "clipboard": return navigator.clipboard.writeText(action.clipboardText).then(() => toast(T.copied));
    case "postback": case "message": case "richmenuswitch":
      if (action.inputOption === "openKeyboard") phone.composer.type(action.fillInText ?? "");
      return phone.act("taps", { action, message: message?.id });
    default: return toast(action.type);
  }
}

async function openLink(uri, phone) {
  if (uri.startsWith("https://line.me/R/oaMessage/")) {
    const opened = await phone.act("opens", { uri });
    if (opened) await phone.enter(opened.chat, opened.draft);
  } else if (uri.startsWith("tel:")) {
    toast(T.call(uri.slice(4)));
  } else if (uri.startsWith("line:") || uri.startsWith("https://line.me/")) {
    toast(T.opensOutside(uri));
  } else {
    window.open(phone.own(uri) ?? uri, "_blank", "noopener,noreferrer");
  }
}

// LINE writes 2026-12-19t14:00 in `initial`, `min` and `max`; a field wants a capital T.
const fieldValue = (value) => value?.replace("t", "T");

function pick(action, message, phone) {
  const type = action.mode === "datetime" ? "datetime-local" : action.mode;
  const now = field(phone.world.now);
  const today = { date: now.slice(0, 10), time: now.slice(11), datetime: now }[action.mode];
  const input = h("input", {
    type, "aria-label": T.pickDate, required: true, value: fieldValue(action.initial) ?? today,
    min: fieldValue(action.min), max: fieldValue(action.max),
  });
  ask(action.label ?? T.pickDate, input, (value) => phone.act("taps", { action, message: message?.id, value }));
}
