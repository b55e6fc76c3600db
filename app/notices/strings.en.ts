// English text of what interrupts a run and how it goes on.

export const noticesEn = {
  "notices.waits": "The run waits before step {step}: no scores",
  "notices.nothingLost": "This step was not trained and nothing is lost. Go on to do step {step} again.",
  "notices.goOn": "Go on",
  "notices.goOnFrom": "Go on from step {step}",
  "notices.lowerRate": "Go back to step {step} and go on with learning rate {rate}",
  "notices.lowerRateFromStart": "Go back to the start and go on with learning rate {rate}",
  "notices.restarted": "{cause} It was started again and went back to step {step}; the steps since are done again.",
  "notices.restartedFromStart": "{cause} It was started again, and so was the run; its steps are done again.",
  "notices.crashed": "The background worker crashed.",
  "notices.hung": "The background worker gave no sign of life any more.",

  "notices.reward.unreachable":
    "The reward server did not answer. To a page it looks the same whether the server is down, does not let this page ask (CORS), or the browser withholds the local-network permission.",
  "notices.reward.timeout": "The reward server did not answer in time, several times in a row.",
  "notices.reward.status": "The reward server refused or failed.",
  "notices.reward.reply": "The reward server's answer is not one finite number for each response.",
  "notices.reward.consent": "This page has no leave to send prompts and responses to this reward server. Nothing was sent.",
  "notices.reward.key": "The key for the reward server cannot be used. Nothing was sent.",
  "notices.reward.address": "The address of the reward server cannot be used. Nothing was sent.",
  "notices.reward.offline": "The browser is offline, so the reward server was not asked.",

  "notices.advice.unreachable":
    "Check that the server runs at this very address; that its replies carry Access-Control-Allow-Origin; that this page may reach the local network (the browser's settings for this site); and, if this page came over https, that the server does too or is on this machine.",
  "notices.advice.timeout": "Check how busy the server is. A smaller minibatch asks for fewer scores at once.",
  "notices.advice.status": "Read the server's own log; check address and key, and that it was started as a reward model.",
  "notices.advice.reply": "Check that the address leads to the scoring endpoint of a reward server.",
  "notices.advice.consent": "Allow the server in the settings, then go on.",
  "notices.advice.key": "Give the key again in the settings, then go on.",
  "notices.advice.address": "Reset, correct the address in the settings and run again.",
  "notices.advice.offline": "Go on when the connection is back.",
  "notices.advice.blownUp":
    "Go back to the last good state and on from there with a lower learning rate, or start again with other options.",
  "notices.advice.wayBack": "The run is still here as it was after step {step}: go on from there, or start again.",
} as const;
