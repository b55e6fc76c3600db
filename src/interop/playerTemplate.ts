// The player's page as the build makes it (src/cli/playerTemplate.mjs): where it lies, and where a run goes into it.

/** Below the page's folder. A text file, since it is no page of the site: it holds no run. */
export const PLAYER_TEMPLATE = "player/template.txt";

/** Stands once in the template, where the run belongs. */
export const RUN_PLACE = "<!--run-->";
/** Of the element that holds the run. */
export const RUN_ELEMENT = "run";
/** The template's title, which the run's replaces. */
export const TEMPLATE_TITLE = "<title>PPO Lab</title>";
