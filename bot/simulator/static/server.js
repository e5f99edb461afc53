// Talks to the stand-in's own paths.

import { toast } from "./dom.js";
import { T } from "./texts.js";

async function json(path, options) {
  const response = await fetch(`/simulator/${path}`, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? response.status);
  return body;
}

export const look = (path, query = {}) => json(`${path}?${new URLSearchParams(query)}`);

// Posts and shows what went wrong, if anything; null then.
export async function post(path, body) {
  try {
    return await json(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch (error) {
    toast(T.failed + error.message);
    return null;
  }
}

export async function upload(file) {
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  return (await json("upload", { method: "POST", headers, body: file })).upload;
}

// How long a sound lasts, as LINE tells the bot; null for what is none, or cannot be played here.
export function millisecondsOf(file) {
  if (!file.type.startsWith("audio/")) return null;
  const sound = new Audio(URL.createObjectURL(file));
  return new Promise((tell) => {
    sound.onloadedmetadata = () => tell(Math.round(sound.duration * 1000));
    sound.onerror = () => tell(null);
  }).finally(() => URL.revokeObjectURL(sound.src));
}

// Calls `changed` whenever the world's version changes, and after a lost connection came back.
export function watch(changed) {
  const events = new EventSource("/simulator/events");
  let seen = null;
  events.onmessage = (event) => {
    if (event.data !== seen) changed();
    seen = event.data;
  };
  events.onerror = () => { seen = null; toast(T.lost); };
}
