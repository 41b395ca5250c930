import { z } from "zod";
import { stackLabel } from "../../constructs/docker/model/stack-label";
import { EngineContainer, removeNetwork, removeVolume } from "./containers";
import type { DockerEngine } from "./engine";

const listAnswer = z.array(z.object({ Id: z.string() }));
const volumesAnswer = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullish() });

/** Removes whatever the engine has of a dev stack, with the data, whoever made it and whatever state it is in. Images stay. */
export async function removeStack(engine: DockerEngine, stack: string): Promise<void> {
  await removeOthers(engine, stack, new Set());
  const { Volumes } = await engine.ask(`volumes?${labelled(stack)}`, volumesAnswer);
  for (const { Name } of Volumes ?? []) await removeVolume(engine, Name);
}

/**
 * Removes the containers and networks of a dev stack that are not among the known ones: a deployment that was killed made them, and the
 * next one would find their names taken. Volumes keep their data: who makes one that is there gets that one.
 */
export async function removeOthers(engine: DockerEngine, stack: string, known: ReadonlySet<string>): Promise<void> {
  for (const { Id } of await engine.ask(`containers/json?all=true&${labelled(stack)}`, listAnswer)) {
    if (!known.has(Id)) await new EngineContainer(engine, Id).remove();
  }
  for (const { Id } of await engine.ask(`networks?${labelled(stack)}`, listAnswer)) {
    if (!known.has(Id)) await removeNetwork(engine, Id);
  }
}

function labelled(stack: string): string {
  return String(new URLSearchParams({ filters: JSON.stringify({ label: [`${stackLabel}=${stack}`] }) }));
}
