// Puts the page together: two phones, the panel, and news from the stand-in.

import { day, time } from "./dates.js";
import { button, toast } from "./dom.js";
import { Panel } from "./panel.js";
import { Phone } from "./phone.js";
import { look, watch } from "./server.js";
import { T } from "./texts.js";

const main = document.getElementById("main");
const tabs = document.getElementById("tabs");
const panel = new Panel();
let phones = [];
let running = null;
let again = false;

function start(world) {
  const [first, second = first] = startingPeople(world.people);
  phones = [new Phone(1, first.key), new Phone(2, second.key)];
  main.append(...phones.map(({ element }) => element), panel.element);
}

// A member and the coordinator: who they are can be said in the address, /?a=M04&b=M03
function startingPeople(people) {
  const asked = new URLSearchParams(location.search);
  const find = (name, otherwise) => people.find(({ key }) => key === asked.get(name)) ?? people[otherwise] ?? people[0];
  return [find("a", 3), find("b", 2)];
}

function drawTabs() {
  tabs.replaceChildren(...Object.entries(T.tabs).map(([name, text]) =>
    button(text, () => { main.dataset.tab = name; drawTabs(); }, { "aria-pressed": String(main.dataset.tab === name) })));
}

async function refresh() {
  const world = await look("world");
  if (!phones.length) start(world);
  document.getElementById("clock").textContent = `${day(world.now)} ${time(world.now)} น.`;
  await Promise.all([...phones, panel].map((part) => part.show(world)));
}

// One refresh at a time; news that come meanwhile make one more.
async function changed() {
  again = true;
  running ??= (async () => {
    while (again) {
      again = false;
      await refresh().catch(() => toast(T.lost));
    }
    running = null;
  })();
}

document.getElementById("title").textContent = T.title;
document.getElementById("not-real").textContent = T.notReal;
drawTabs();
watch(changed);
setInterval(changed, 30_000);
