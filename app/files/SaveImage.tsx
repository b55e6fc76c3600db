// The dialog with the report image: a preview, the same in words, download and copy.

import { Button } from "@mantine/core";
import { useCallback, useState } from "react";
import { Dialog } from "../config/Dialog";
import { useLab } from "../run/lab";
import type { Captured } from "../share/capture";
import { isOnlyHere } from "../share/linkAddress";
import { linkTo, useCapture } from "../share/pageLink";
import { type StringKey, useLanguage } from "../strings/strings";
import { useViewStore } from "../view/viewStore";
import { download, fileName } from "./download";
import classes from "./Files.module.css";
import { Outcome } from "./Outcome";
import { pageAddress } from "./pageAddress";
import { drawReport, type ReportImage } from "./report/drawReport";
import { reportContent } from "./report/reportContent";
import { sizeText } from "./sizeText";
import { useMade } from "./useRunFile";

type Told = Extract<StringKey, "files.image.copied" | "files.image.copiedText" | "files.image.refused">;

export function SaveImage({ onClose }: { readonly onClose: () => void }) {
  const { t, numbers, language } = useLanguage();
  const { store } = useLab();
  const view = useViewStore();
  const [state] = useState(() => store.getState());
  const read = useCapture();
  const [captured] = useState(read);
  const [saved, setSaved] = useState<string | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const make = useCallback(async () => {
    const words = { t, numbers, language };
    const content = reportContent(
      { state, view: view.getState(), address: pageAddress(), link: await linkOf(captured), now: new Date() },
      words,
    );
    if (content === null) throw new Error(t("files.nothingYet"));
    return drawReport(content, words);
  }, [state, captured, view, t, numbers, language]);
  const made = useMade(make);
  const image = made.kind === "made" ? made.value : null;
  const save = ({ png }: ReportImage): void => {
    const { scenario, runConfig, config, points } = state;
    const name = fileName({ scenario: scenario ?? "", config: runConfig ?? config }, points.length, ".png");
    download(name, png);
    setTold(null);
    setSaved(name);
  };
  const copy = async (put: () => Promise<void>, done: Told): Promise<void> => {
    try {
      await put();
      setTold(done);
    } catch {
      // Forbidden by the browser, or a page that does not come over HTTPS.
      setTold("files.image.refused");
    }
  };
  return (
    <Dialog
      title={t("files.image.title")}
      onClose={onClose}
      testId="save-image"
      drawer
      footer={
        <>
          {told === null ? (
            <Outcome made={made} saved={saved} />
          ) : (
            <p role="status" className={classes["outcome"]}>
              {t(told)}
            </p>
          )}
          <Button
            variant="default"
            disabled={image === null}
            onClick={() => image !== null && void copy(() => navigator.clipboard.writeText(image.text), "files.image.copiedText")}
            data-action="copy-text"
          >
            {t("files.image.copyText")}
          </Button>
          <Button
            variant="default"
            disabled={image === null}
            onClick={() => image !== null && void copy(() => copyImage(image.png), "files.image.copied")}
            data-action="copy-image"
          >
            {t("files.image.copy")}
          </Button>
          <Button disabled={image === null} onClick={() => image !== null && save(image)} data-action="download">
            {t("files.download")}
            {image !== null && ` (${sizeText(image.png.size, numbers)})`}
          </Button>
        </>
      }
    >
      {image !== null && <Preview image={image} />}
    </Dialog>
  );
}

/** null: there is more to say than a link can hold, or others could not open it. */
async function linkOf({ state, notes }: Captured): Promise<string | null> {
  const link = await linkTo(state, notes).catch(() => null);
  return link === null || isOnlyHere(link.address) ? null : link.address;
}

const copyImage = (png: Blob): Promise<void> => navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);

function Preview({ image: { png, width, height, text } }: { readonly image: ReportImage }) {
  const { t, numbers } = useLanguage();
  const show = useCallback(
    (picture: HTMLImageElement | null) => {
      if (picture === null) return undefined;
      picture.src = URL.createObjectURL(png);
      return () => URL.revokeObjectURL(picture.src);
    },
    [png],
  );
  return (
    <div className={classes["text"]}>
      <img ref={show} className={classes["picture"]} width={width} height={height} alt={text} data-testid="report" />
      <p className="dim numeric">{t("files.image.size", { width: numbers.option(width), height: numbers.option(height) })}</p>
      <details className={classes["words"]}>
        <summary>{t("files.image.description")}</summary>
        <p data-testid="report-words">{text}</p>
      </details>
    </div>
  );
}
