/** Names of labels and columns that are hard to show, or that would be markup if they were not put in as text. */

export const UGLY = [
  "<img src=x onerror='window.hacked = 1'>",
  "</script><script>window.hacked = 1</script>",
  `a very long name ${"of many words ".repeat(20)}`,
  "x".repeat(300),
  "\u0637\u0644\u0628 \u0627\u0633\u062a\u0631\u062f\u0627\u062f \u0627\u0644\u0645\u0627\u0644",
  "\u{1f600} \u{1f468}\u200d\u{1f469}\u200d\u{1f467} emoji",
  "two\nlines",
  "tab\there",
  "\u202eturned around",
  "\u4fe1\u7528\u5361\u4e22\u5931",
  " ",
  "' \" ` $ {} \\",
] as const;
