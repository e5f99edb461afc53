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
