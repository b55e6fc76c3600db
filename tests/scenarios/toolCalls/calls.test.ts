import { describe, expect, it } from "vitest";
import { parseCall, writeCall } from "../../../src/scenarios/toolCalls/calls";

describe("calls as text", () => {
  it("are written and parsed back with their types", () => {
    const call = {
      tool: "convert_money",
      args: [
        { name: "amount", value: 20 },
        { name: "from", value: "euros" },
        { name: "exact", value: true },
      ],
    };
    expect(writeCall(call)).toBe('convert_money(amount=20, from="euros", exact=true)');
    expect(parseCall(writeCall(call))).toEqual(call);
  });

  it("may have spaces between their parts and no arguments at all", () => {
    expect(parseCall('f ( a = "x y" ,b=false )')).toEqual({
      tool: "f",
      args: [
        { name: "a", value: "x y" },
        { name: "b", value: false },
      ],
    });
    expect(parseCall("f()")).toEqual({ tool: "f", args: [] });
  });

  it.each([
    "",
    "get_weather",
    "get_weather(",
    'get_weather(city="Paris"',
    'get_weather(city="Paris, day="today")',
    'get_weather(city=Paris", day="today")',
    'get_weather(city="Paris" day="today")',
    'get_weather("Paris", day="today")',
    'get_weather(city:"Paris")',
    'get_weather(city="Paris",)',
    'get_weather(city="Paris", city="Rome")',
    'get_weather(city=Paris, day="today")',
    'get_weather(city="Paris"))',
    'sure! get_weather(city="Paris")',
    'get_weather(city="Paris") there you go.',
    'set_timer(minutes=05-03, label="tea")',
    'call_contact(name="Anna", video=trueish)',
    "i see.",
  ])("is not one: %s", (text) => {
    expect(parseCall(text)).toBeNull();
  });
});
