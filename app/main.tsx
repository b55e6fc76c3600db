// Entry of the page.

import "@fontsource-variable/inter";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startLabWorker } from "../src/worker/client";
import { Page } from "./Page";

const root = document.getElementById("root");
if (root === null) throw new Error("Expected an element with id root in index.html, found none. Restore it.");
createRoot(root).render(
  <StrictMode>
    <Page connect={startLabWorker} />
  </StrictMode>,
);
