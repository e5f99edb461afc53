// The line at the bottom of a phone: words, and everything else a person can send.

import { button, choose, dialog, h } from "./dom.js";
import { stickerPicture } from "./pictures.js";
import { millisecondsOf, upload } from "./server.js";
import { STICKERS, T } from "./texts.js";

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.mentions = [];
    this.quoted = null;
    this.edited = null;
    this.input = h("textarea", {
      rows: 1, "aria-label": T.write, placeholder: T.write,
      onkeydown: (event) => this.onKey(event), oninput: () => this.grow(),
    });
    this.hint = h("div", { class: "hint", hidden: true });
    this.submit = h("button", { type: "submit", class: "send", text: T.send });
    this.element = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.hint,
      h("div", { class: "row" },
        button("+", () => this.offer(), { class: "round", "aria-label": T.more }), this.input, this.submit));
  }

  // Enter sends, Shift+Enter starts a line; Enter that ends a Thai or other composition does not send.
  onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  grow() {
    this.input.style.setProperty("height", "auto");
    this.input.style.setProperty("height", `${Math.min(this.input.scrollHeight + 2, 140)}px`);
  }

  put(text) {
    this.input.value = text;
    this.grow();
  }

  type(text) {
    this.put(text);
    this.input.focus();
  }

  clear() {
    this.mentions = [];
    this.quoted = this.edited = null;
    this.hint.hidden = true;
    this.submit.textContent = T.send;
    this.put("");
  }

  quote(message) {
    this.quoted = message;
    this.note(T.quoting(message.name));
  }

  edit(message) {
    this.edited = message;
    this.submit.textContent = T.save;
    this.note(T.editing);
    this.type(message.content.text);
  }

  note(text) {
    this.hint.replaceChildren(h("span", { text }), button("✕", () => this.clear(), { class: "quiet", "aria-label": T.cancel }));
    this.hint.hidden = false;
    this.input.focus();
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const { edited, quoted } = this;
    const mentions = this.mentions.filter(({ name }) => text.includes(`@${name}`));
    this.clear();
    this.input.focus();
    if (edited) await this.phone.act("edits", { message: edited.id, text });
    else await this.phone.act("says", { text, mentions, quotes: quoted?.id });
  }

  offer() {
    const choices = [
      [T.sendSticker, () => this.chooseSticker()],
      [T.samplePhoto, () => this.chooseSample()],
      [T.sampleAlbum, () => this.phone.act("photos", { samples: Object.keys(T.samples).slice(0, 3) })],
      [T.uploadPhotos, () => this.choosePhotos()],
      [T.uploadFile, () => this.chooseFile()],
      [T.sendLocation, () => this.chooseLocation()],
    ];
    if (!this.phone.alone) choices.push([T.mention, () => this.chooseMention()]);
    choose(T.more, choices);
  }

  chooseSticker() {
    this.choosePicture(T.sendSticker, "stickers", STICKERS.map(({ pack, id }) =>
      [[stickerPicture(id)], () => this.phone.act("sticker", { package: pack, sticker: id })]));
  }

  chooseSample() {
    this.choosePicture(T.samplePhoto, "samples", Object.entries(T.samples).map(([name, label]) =>
      [[h("img", { src: `/simulator/samples/${name}.jpg`, alt: "" }), h("span", { text: label })],
        () => this.phone.act("photos", { samples: [name] })]));
  }

  // A dialog of pictures to tap: [[its elements, action], …].
  choosePicture(label, kind, choices) {
    dialog(label, (close) => h("div", { class: kind }, choices.map(([elements, act]) =>
      h("button", { type: "button", onclick: () => { close(); act(); } }, elements))));
  }

  choosePhotos() {
    this.chooseFiles({ accept: "image/jpeg,image/png", multiple: true }, async (files) =>
      this.phone.act("photos", { uploads: await Promise.all(files.map(upload)) }));
  }

  chooseFile() {
    this.chooseFiles({}, async ([file]) => this.phone.act("file",
      { upload: await upload(file), name: file.name, duration: await millisecondsOf(file) }));
  }

  chooseFiles(options, then) {
    const input = h("input", { type: "file", ...options, onchange: () => then([...input.files]) });
    input.click();
  }

  chooseLocation() {
    choose(T.sendLocation, T.places.map((place) => [place.title, () => this.phone.act("location", place)]));
  }

  chooseMention() {
    const { bot } = this.phone.world;
    const people = this.phone.groupPeople().map(({ name, user_id: target }) => ({ name, target }));
    const all = [{ name: bot.displayName, target: "bot" }, { name: "All", target: "all", label: T.everyone }, ...people];
    choose(T.mentionWho, all.map(({ name, target, label }) => [`@${label ?? name}`, () => {
      this.mentions.push({ name, target });
      this.type(`${this.input.value}@${name} `);
    }]));
  }
}
