// Texts about recorded runs in English.

export const replayEn = {
  "replay.label": "Recorded run",
  "replay.loading": "Loading the recorded run",
  "replay.play": "Play",
  "replay.again": "Play again",
  "replay.toStart": "To step 1",
  "replay.last": "Last step",
  "replay.toLast": "To the last step",
  "replay.runLive": "Run live",
  "replay.runLiveWhy": "Train the model here and now, with your own settings",
  "replay.backToLive": "Back to the live run",

  "replay.note": "About this recording",
  "replay.about": "You are looking at a recorded run ({scenario}): {steps} PPO steps, seed {seed}, engine {engine}.",
  "replay.file": "File: {name}.",
  "replay.stepFull":
    "Step {step} is kept in full: alternatives and the update's ratios for {detail} of {batch} responses, other numbers of tokens for {kept}.",
  "replay.stepMain":
    "Step {step} keeps all statistics, texts and scores, and the numbers of tokens for {kept} of {batch} responses, without alternatives and ratios.",
  "replay.toKeyframe": "Look at step {step}, which is kept in full",
  "replay.madeWith": "Made with PPO Lab {version}.",
  "replay.itsNote": "Its maker's note: {note}",
  "replay.partial": "The file holds {read} of the run's {steps} steps; the page that saved it had no room for the others.",
  "replay.cut": "The file ends early: {read} of its {steps} steps could be read.",
  "replay.damaged": "The file is damaged behind step {read}; the {steps} steps before the damage are shown.",
  "replay.tokenNeedsLive": "Single tokens are not recorded. Run live to watch them appear one by one.",
  "replay.close": "Close the recording",

  "replay.menu": "Recordings",
  "replay.openExample": "Recorded example",
  "replay.openFile": "Open a replay file…",
  "replay.drop": "Drop the replay file here to open it",

  "replay.problem.notReplay": "This is no replay file of PPO Lab.",
  "replay.problem.version": "This replay file was made by a version of the lab that this one cannot read.",
  "replay.problem.tooLarge": "This replay file is larger than a recording can be, so it was not opened.",
  "replay.problem.damaged": "This replay file is damaged before its first step, so there is nothing to show.",
  "replay.problem.missing": "The recording could not be loaded. The live run works without it.",
  "replay.problem.foreign": "A link may open only recordings of this site. Download the file and open it here instead.",
  "replay.dismiss": "Dismiss",
} as const;
