// The dialog that saves the shown run with its player as one HTML file.

import { Button } from "@mantine/core";
import { useCallback, useState } from "react";
import { Dialog } from "../config/Dialog";
import { scenarioName } from "../config/scenarioNames";
import { isOnlyHere } from "../share/linkAddress";
import { useLanguage } from "../strings/strings";
import { download, fileName } from "./download";
import classes from "./Files.module.css";
import { fetchTemplate, htmlFile, PlayerMissingError } from "./htmlFile";
import { Outcome } from "./Outcome";
import { pageAddress } from "./pageAddress";
import { sizeText } from "./sizeText";
import { useMade, useRunFileMaker } from "./useRunFile";

export function SaveHtml({ onClose }: { readonly onClose: () => void }) {
  const { t, numbers, language } = useLanguage();
  const { make } = useRunFileMaker();
  const [saved, setSaved] = useState<string | null>(null);
  const makeHtml = useCallback(async () => {
    try {
      const [{ bytes, meta, held }, template] = await Promise.all([make(), fetchTemplate(document.baseURI)]);
      const address = pageAddress();
      const words = {
        title: `PPO Lab: ${scenarioName(meta.scenario, t)}`,
        language,
        address: isOnlyHere(address) ? null : address,
      };
      return { html: await htmlFile(template, bytes, words), name: fileName(meta, held, ".html") };
    } catch (error) {
      throw error instanceof PlayerMissingError ? new Error(t("files.html.missing")) : error;
    }
  }, [make, t, language]);
  const made = useMade(makeHtml);
  const save = (): void => {
    if (made.kind !== "made") return;
    download(made.value.name, made.value.html);
    setSaved(made.value.name);
  };
  return (
    <Dialog
      title={t("files.html.title")}
      onClose={onClose}
      testId="save-html"
      footer={
        <>
          <Outcome made={made} saved={saved} />
          <Button disabled={made.kind !== "made"} onClick={save} data-action="download">
            {t("files.download")}
            {made.kind === "made" && ` (${sizeText(made.value.html.size, numbers)})`}
          </Button>
        </>
      }
    >
      <div className={classes["text"]}>
        <p>{t("files.html.what")}</p>
        <p className="dim">{t("files.html.cannot")}</p>
      </div>
    </Dialog>
  );
}
