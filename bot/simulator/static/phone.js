// One phone: who holds it, which chat is open, the messages, and what can be done there.

import { perform } from "./actions.js";
import { Composer } from "./composer.js";
import { day } from "./dates.js";
import { arrange, ask, button, choose, h, option, redraw } from "./dom.js";
import { menuBar } from "./menu.js";
import { messageRow } from "./row.js";
import { look, post } from "./server.js";
import { T } from "./texts.js";

const QUOTABLE = ["text", "textV2", "sticker", "image", "video", "flex", "template"];

export class Phone {
  constructor(number, person) {
    this.person = person;
    this.chat = null;
    this.seen = {};
    this.drawn = new Map();
    this.atEnd = true;
    this.composer = new Composer(this);
    this.people = h("select", { "aria-label": T.you, onchange: () => this.hold(this.people.value) });
    this.rooms = h("select", { "aria-label": T.room, onchange: () => this.enter(this.rooms.value) });
    this.news = h("div", { class: "news", "aria-live": "polite" });
    this.standing = h("div", { class: "standing", hidden: true });
    this.log = h("div", {
      class: "log", role: "log", tabindex: 0, "aria-label": T.chatLog,
      onscroll: () => { this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 120; },
    });
    this.log.addEventListener("load", () => this.stayAtEnd(), true);
    this.quick = h("div", { class: "quick", role: "group", "aria-label": T.quickReplies });
    this.menu = h("div", { class: "menu" });
    this.element = h("section", { class: "phone", "aria-label": T.phone(number), id: `phone-${number}` },
      h("header", {}, labelled(T.you, this.people), h("div", { class: "row" }, labelled(T.room, this.rooms),
        button("☰", () => this.offer(), { class: "round", "aria-label": T.phoneMenu }))),
      this.news, this.standing, this.log, this.quick, this.composer.element, this.menu);
  }

  get me() { return this.world.people.find(({ key }) => key === this.person); }
  get alone() { return this.chat === this.me.user_id; }
  get group() { return this.world.groups.find(({ group_id: id }) => id === this.chat); }

  groupPeople() {
    return this.world.people.filter(({ user_id: id, key }) => this.group.members.includes(id) && key !== this.person);
  }

  // The address at which this page shows what the bot publishes; null for what is elsewhere.
  own(url) {
    return url.startsWith(`${this.world.publicUrl}/`) ? url.slice(this.world.publicUrl.length) : null;
  }

  async act(act, more = {}) {
    return post("act", { act, person: this.person, chat: this.chat, ...more });
  }

  async hold(person) {
    this.person = person;
    await this.enter(this.me.user_id);
  }

  async enter(chat, draft = "") {
    this.chat = chat;
    this.drawn.clear();
    this.log.replaceChildren();
    this.atEnd = true;
    this.composer.clear(); // before anything is waited for: what is typed meanwhile belongs to the new chat
    if (draft) this.composer.type(draft);
    await this.show(this.world);
  }

  // A chat that this page has not heard of yet.
  async enterNew(chat) {
    this.world = await look("world");
    await this.enter(chat);
  }

  async show(world) {
    this.world = world;
    if (!this.chat || (!this.alone && !this.group?.members.includes(this.me.user_id))) this.chat = this.me.user_id;
    this.seen[`${this.person} ${this.chat}`] = this.me.counts[this.chat] ?? 0;
    this.showChoices();
    this.showNews();
    this.showStanding();
    const { person, chat } = this;
    const view = await look("chat", { person, chat });
    if (person !== this.person || chat !== this.chat) return; // she has gone on to another chat
    this.showMessages(view);
    this.showQuickReplies(view.messages.at(-1));
    redraw(this.menu, [view.menu, this.person], () => menuBar(view.menu, this));
  }

  showChoices() {
    const { people } = this.world;
    redraw(this.people, people.map(({ key, name }) => [key, name]), () =>
      people.map((person) => option(person.key, introduction(person))));
    redraw(this.rooms, this.chats(), () => this.chats().map(([id, name]) => option(id, name)));
    this.people.value = this.person;
    this.rooms.value = this.chat;
  }

  chats() {
    const groups = this.world.groups.filter(({ members }) => members.includes(this.me.user_id));
    return [[this.me.user_id, T.oneToOne(this.world.bot.displayName)], ...groups.map(({ group_id: id, name }) => [id, name])];
  }

  // What came in other chats since this phone last had them open.
  showNews() {
    const unread = this.chats().map(([id, name]) => {
      const count = this.me.counts[id] ?? 0;
      return [id, name, count - (this.seen[`${this.person} ${id}`] ??= count)];
    }).filter(([, , count]) => count > 0);
    redraw(this.news, unread, () => unread.map(([id, name, count]) => button(T.unread(name, count), () => this.enter(id))));
  }

  showStanding() {
    const { friend, blocked } = this.me;
    this.standing.hidden = friend || !this.alone;
    redraw(this.standing, blocked, () => [h("span", { text: blocked ? T.isBlocked : T.notFriend }),
      button(blocked ? T.unblock : T.follow, () => this.act("follows"))]);
  }

  showMessages({ messages, loading }) {
    const wanted = [];
    let today = null;
    for (const message of messages) {
      const date = day(message.at);
      if (date !== today) wanted.push(this.keep(`day ${message.id}`, () => h("p", { class: "notice", text: date })));
      today = date;
      const version = `${message.id} ${message.edited && message.content.text} ${message.unsent}`;
      wanted.push(this.keep(version, () => messageRow(message, this.app(message))));
    }
    if (!messages.length) wanted.push(this.keep("empty", () => h("p", { class: "notice", text: T.empty })));
    if (loading) wanted.push(this.keep("typing", () => h("p", { class: "notice", text: T.typing })));
    arrange(this.log, wanted);
    this.stayAtEnd();
  }

  stayAtEnd() {
    if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  // A row is drawn once, so that a carousel keeps its place while others talk.
  keep(key, draw) {
    if (!this.drawn.has(key)) this.drawn.set(key, draw());
    return this.drawn.get(key);
  }

  // What the drawing of a message may ask of the phone it is on.
  app(message) {
    return {
      image: (url) => this.own(url),
      tap: (action) => perform(action, message, this),
      offer: () => this.offerOn(message),
      substitute: (value, name) => this.substitute(value, name),
    };
  }

  substitute(value, name) {
    if (value?.mentionee?.type === "all") return `@${T.everyone}`;
    const person = this.world.people.find(({ user_id: id }) => id === value?.mentionee?.userId);
    return person ? `@${person.name}` : `{${name}}`;
  }

  showQuickReplies(last) {
    const items = last?.from === "bot" && !last.tapped ? last.content.quickReply?.items ?? [] : [];
    this.quick.hidden = items.length === 0;
    redraw(this.quick, [last?.id, items], () =>
      items.map(({ action }) => button(action.label, () => perform(action, last, this))));
  }

  offerOn(message) {
    const choices = [];
    if (QUOTABLE.includes(message.content.type)) choices.push([T.quote, () => this.composer.quote(message)]);
    if (message.mine && message.content.type === "text") choices.push([T.edit, () => this.composer.edit(message)]);
    if (message.mine) choices.push([T.unsend, () => this.act("unsends", { message: message.id })]);
    choose(T.messageMenu, choices);
  }

  offer() {
    const { me, group } = this;
    const follow = [me.blocked ? T.unblock : T.follow, () => this.act("follows")];
    const choices = [me.friend ? [T.block, () => this.act("blocks")] : follow];
    if (group) {
      const act = group.bot_inside ? "removes_bot" : "invites_bot";
      choices.push([group.bot_inside ? T.removeBot : T.inviteBot, () => this.act(act, { group: group.key })]);
      choices.push([T.leave, () => this.act("leaves", { group: group.key })]);
    }
    choices.push([T.makeGroup, () => this.askGroupName()]);
    for (const { key, name, members, group_id: id } of this.world.groups) {
      if (!members.includes(me.user_id)) choices.push([T.join(name), () => this.join(key, id)]);
    }
    choose(group ? `${group.name} · ${T.members(group.members.length)}` : T.phoneMenu, choices);
  }

  async join(group, chat) {
    if (await this.act("joins", { group, chat: null })) await this.enterNew(chat);
  }

  askGroupName() {
    const input = h("input", { "aria-label": T.groupName, required: true, maxlength: 50 });
    ask(T.groupName, input, async (name) => {
      const made = await this.act("makes_group", { name, chat: null });
      if (made) await this.enterNew(made.chat);
    });
  }
}

// น้องแพร · ผู้ประสานงานเครือข่าย · ผ้าครามตัวอย่าง
const introduction = ({ name, roles, note }) => [name, T.roles[roles[0]], note].filter(Boolean).join(" · ");

const labelled = (text, field) => h("label", {}, h("span", { text }), field);
