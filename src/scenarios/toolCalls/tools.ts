// The tools that an assistant can call: their names and the kinds of their arguments.

import type { Kind } from "./values";

export interface Tool {
  readonly name: string;
  /** Kind of every argument by its name, in the usual order; all of them are required, in any order. */
  readonly parameters: Readonly<Record<string, Kind>>;
}

export const TOOLS = {
  weather: { name: "get_weather", parameters: { city: "city", day: "day" } },
  flight: { name: "find_flight", parameters: { from: "city", to: "city", day: "day" } },
  timer: { name: "set_timer", parameters: { minutes: "minutes", label: "food" } },
  alarm: { name: "set_alarm", parameters: { hour: "hour", day: "day" } },
  music: { name: "play_music", parameters: { genre: "genre", shuffle: "shuffle" } },
  money: { name: "convert_money", parameters: { amount: "amount", from: "currency", to: "currency" } },
  event: { name: "add_event", parameters: { title: "title", date: "date" } },
  call: { name: "call_contact", parameters: { name: "person", video: "video" } },
} as const satisfies Record<string, Tool>;

export const ALL_TOOLS: readonly Tool[] = Object.values(TOOLS);

export const toolByName: ReadonlyMap<string, Tool> = new Map(ALL_TOOLS.map((tool) => [tool.name, tool]));
