// Behind the scenes: the quota, the clock, faults to try, and what passes between LINE and the bot.

import { field, time } from "./dates.js";
import { button, h, option } from "./dom.js";
import { look, post } from "./server.js";
import { T } from "./texts.js";

const P = T.panel;
const SLOW = [0, 1, 3, 10];

export class Panel {
  constructor() {
    this.quota = h("p", { class: "quota" });
    this.meter = h("meter", { min: 0, "aria-label": P.quota });
    this.until = h("input", { type: "datetime-local", "aria-label": P.toDate });
    this.clock = this.drawClock();
    this.api = select(Object.entries(P.apiFaults), (value) => post("faults", { api: value || null, times: null }));
    this.slow = select(SLOW.map((each) => [each, String(each)]), (value) => post("faults", { slow: Number(value) }));
    this.switches = Object.fromEntries(Object.keys(P.switches).map((name) => [name, h("input", {
      type: "checkbox", onchange: (event) => post("faults", { [name]: event.target.checked }),
    })]));
    this.rows = h("tbody", {});
    this.element = h("section", { class: "panel", "aria-label": P.title },
      h("h2", { text: P.title }),
      h("div", { class: "quota-line" }, h("span", { text: P.quota }), this.quota, this.meter),
      this.clock, this.drawFaults(),
      h("h3", { text: P.traffic }), this.drawTraffic());
  }

  drawClock() {
    const jump = ([label, hours]) => button(label, () => post("clock", { hours }));
    const go = (event) => {
      event.preventDefault();
      post("clock", { to: `${this.until.value}+07:00` });
    };
    return h("fieldset", {}, h("legend", { text: P.clock }),
      h("div", { class: "row" }, [[P.hour, 1], [P.day, 24], [P.week, 168]].map(jump)),
      h("form", { class: "row", onsubmit: go }, this.until, h("button", { type: "submit", text: P.go })));
  }

  drawFaults() {
    const field = (text, control) => h("label", { class: "field" }, h("span", { text }), control);
    const each = ([name, text]) => h("label", { class: "switch" }, this.switches[name], h("span", { text }));
    return h("details", {}, h("summary", { text: P.faults }),
      field(P.api, this.api), field(P.slow, this.slow), Object.entries(P.switches).map(each));
  }

  drawTraffic() {
    return h("div", { class: "traffic", tabindex: 0, role: "group", "aria-label": P.traffic },
      h("table", {},
        h("thead", {}, h("tr", {}, P.columns.map((text) => h("th", { scope: "col", text })))), this.rows));
  }

  async show(world) {
    const { limit, spent } = world.quota;
    this.quota.textContent = P.ofLimit(spent, limit);
    this.meter.max = limit ?? 1;
    this.meter.value = spent;
    this.clock.hidden = !world.clockMoves;
    if (document.activeElement !== this.until) this.until.value = this.until.min = field(world.now);
    this.api.value = world.faults.api ?? "";
    this.slow.value = String(world.faults.slow);
    for (const [name, box] of Object.entries(this.switches)) box.checked = world.faults[name];
    const { traffic } = await look("traffic");
    const empty = h("tr", {}, h("td", { colspan: P.columns.length, text: P.nothing }));
    this.rows.replaceChildren(...(traffic.length ? traffic.map(entry) : [empty]));
  }
}

function select(choices, then) {
  return h("select", { onchange: (event) => then(event.target.value) }, choices.map(([value, text]) => option(value, text)));
}

function entry(each) {
  const webhook = each.kind === "webhook";
  const events = each.events?.map((kind, index) => `${kind} ${each.chats[index]}`).join(", ");
  const what = webhook ? `⬇ ${events}${each.redelivery ? ` (${P.redelivery})` : ""}` : `⬆ ${each.path}`;
  const good = each.status >= 200 && each.status < 300;
  return h("tr", { class: good ? "" : "bad" },
    h("td", { text: time(each.at) }),
    h("td", { class: "what", title: `${webhook ? P.webhook : P.call} ${each.requestId ?? ""}`, text: what }),
    h("td", { text: each.status ?? (webhook ? P.noAnswer : P.dropped) }),
    h("td", { text: each.ms }), h("td", { text: each.cost || "" }));
}
