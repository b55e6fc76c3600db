// Entry of the player: a page that holds one run and needs nothing else.

import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "../../styles.css";
import "./fonts.css";
import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LanguageProvider } from "../../strings/strings";
import { cssVariables, theme } from "../../theme";
import { ViewProvider } from "../../view/viewStore";
import { embeddedRun } from "./embeddedRun";
import { Player } from "./Player";
import { PlayerLab } from "./PlayerLab";

const root = document.getElementById("root");
if (root === null) throw new Error("Expected an element with id root in the page, found none. Save the file again.");
const run = embeddedRun(document);
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <LanguageProvider>
        <ViewProvider>
          <PlayerLab run={run}>
            <Player run={run} />
          </PlayerLab>
        </ViewProvider>
      </LanguageProvider>
    </MantineProvider>
  </StrictMode>,
);
