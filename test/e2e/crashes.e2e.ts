import { crash } from "../../bench/crash-run";
import { ThrowAway } from "../../cli/servers/throw-away";
import { readParts } from "./parts";

const kills = 8;

if (readParts().missing.vault !== undefined) {
  it.skip(`a Vault that is killed while it issues: ${readParts().missing.vault}`, () => undefined);
} else {
  describe("a Vault that is killed while it issues", () => {
    it("T26: leaves users that end by themselves, and the report finds all of them", async () => {
      const found = await ThrowAway.use((place) => crash(place, kills));
      expect(found.answered).toBeGreaterThan(0);
      expect(found.withoutEnd).toBe(0);
      expect(found.reported).toBe(found.orphans);
      expect(found.certain).toBe(found.left);
      expect(found.leftAfterClearing).toBe(0);
    }, 300_000);
  });
}
