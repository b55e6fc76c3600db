// The page with everything it stands on: theme, language, toasts and the lab.

import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import type { LabConnection } from "../src/worker/client";
import { App } from "./App";
import { LabProvider } from "./run/lab";
import { LinksProvider } from "./share/share";
import { LanguageProvider } from "./strings/strings";
import { cssVariables, theme } from "./theme";
import { ViewProvider } from "./view/viewStore";

/** `connect` starts the lab's worker. */
export function Page({ connect }: { readonly connect: () => LabConnection }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <LanguageProvider>
        <Notifications position="bottom-right" />
        <ViewProvider>
          <LabProvider connect={connect}>
            <LinksProvider>
              <App />
            </LinksProvider>
          </LabProvider>
        </ViewProvider>
      </LanguageProvider>
    </MantineProvider>
  );
}
