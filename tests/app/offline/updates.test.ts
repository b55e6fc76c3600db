import { expect, test } from "vitest";
import { changeVersion, keepSite } from "../../../app/offline/updates";

class FakeVersion extends EventTarget {
  state: ServiceWorkerState = "installing";
  /** What a click on "change" is answered with. */
  alone = true;
  become(state: ServiceWorkerState): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
  postMessage(message: unknown, [port]: MessagePort[]): void {
    expect(message).toBe("activate");
    port?.postMessage(this.alone);
    if (this.alone) setTimeout(() => this.become("activated"), 5);
  }
}

class FakeRegistration extends EventTarget {
  installing: FakeVersion | null = null;
  waiting: FakeVersion | null = null;
  active: FakeVersion | null = null;
  find(version: FakeVersion): void {
    this.installing = version;
    this.dispatchEvent(new Event("updatefound"));
  }
  installed(): void {
    this.waiting = this.installing;
    this.installing = null;
    this.waiting?.become("installed");
  }
}

async function watched(registration: FakeRegistration): Promise<ServiceWorker[]> {
  const told: ServiceWorker[] = [];
  const asked: unknown[] = [];
  const register = async (...args: unknown[]) => {
    asked.push(args);
    return registration as unknown as ServiceWorkerRegistration;
  };
  await keepSite({ register }, "https://host.example/lab/sw.js", (version) => told.push(version));
  expect(asked).toEqual([["https://host.example/lab/sw.js", { updateViaCache: "none" }]]);
  return told;
}

test("the first version is no news", async () => {
  const registration = new FakeRegistration();
  registration.installing = new FakeVersion();
  const told = await watched(registration);
  registration.installed();
  expect(told).toEqual([]);
});

test("a newer version is told when it is kept whole, whether it came before or after the page opened", async () => {
  const registration = new FakeRegistration();
  registration.active = new FakeVersion();
  registration.waiting = new FakeVersion();
  const early = registration.waiting;
  const told = await watched(registration);
  const late = new FakeVersion();
  registration.find(late);
  expect(told).toEqual([early]);
  registration.installed();
  expect(told).toEqual([early, late]);
});

test("one that was still coming when the page opened is told too", async () => {
  const registration = new FakeRegistration();
  registration.active = new FakeVersion();
  registration.installing = new FakeVersion();
  const told = await watched(registration);
  expect(told).toEqual([]);
  registration.installed();
  expect(told).toEqual([registration.waiting]);
});

test("changing opens the page anew when the version has taken over, and never while another tab is open", async () => {
  const version = new FakeVersion();
  let reloads = 0;
  const change = () => changeVersion(version as unknown as ServiceWorker, () => reloads++);
  version.alone = false;
  expect(await change()).toBe(false);
  expect(reloads).toBe(0);
  version.alone = true;
  expect(await change()).toBe(true);
  await expect.poll(() => reloads).toBe(1);
});
