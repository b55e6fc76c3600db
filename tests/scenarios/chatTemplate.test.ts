import { describe, expect, it } from "vitest";
import { type ChatMessage, renderChat, renderMessages } from "../../src/scenarios/chatTemplate";

const talk: readonly ChatMessage[] = [
  { role: "system", content: "be brief" },
  { role: "user", content: "1 + 1?" },
  { role: "assistant", content: "2" },
  { role: "user", content: "+ 1?" },
];

describe("the chat template", () => {
  it("renders one user turn", () => {
    expect(renderChat("hello", "chat")).toBe("<|begin|><|user|>hello<|end|><|assistant|>");
    expect(renderChat("hello", "noHeader")).toBe("<|begin|><|user|>hello<|end|>");
    expect(renderChat("hello", "empty")).toBe("hello");
  });

  it("renders a conversation, the system text before the first user turn and answers closed by EOS", () => {
    const upToHeader = "<|begin|>be brief<|user|>1 + 1?<|end|><|assistant|>2<|endoftext|><|user|>+ 1?<|end|>";
    expect(renderMessages(talk, "chat")).toBe(`${upToHeader}<|assistant|>`);
    expect(renderMessages(talk, "noHeader")).toBe(upToHeader);
    expect(renderMessages(talk, "empty")).toBe("be brief1 + 1?2+ 1?");
  });
});
