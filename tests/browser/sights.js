// What test_accessibility.py asks a page: where the keyboard is, what is faint, what is cut.
const rgb = (text) => text.match(/[0-9.]+/g).map(Number);

const light = (colour) =>
  rgb(colour)
    .slice(0, 3)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);

function ratio(one, other) {
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

function behind(element) {
  for (let place = element; place; place = place.parentElement) {
    const colour = getComputedStyle(place).backgroundColor;
    if (rgb(colour)[3] !== 0) {
      return colour;
    }
  }
  return "rgb(255, 255, 255)";
}

window.sights = {
  // Where the keyboard is: what it is, its place in the page, and what hinders one from seeing it. null: nowhere.
  focus() {
    const at = document.activeElement;
    if (!at || at === document.body) {
      return null;
    }
    const box = at.getClientRects()[0] ?? at.getBoundingClientRect();
    const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.2], [0.5, 0.8]];
    const isSeen = points.some(([x, y]) => {
      const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return at.contains(top);
    });
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(at);
    const around = behind(at.parentElement);
    const problems = [];
    if (!isSeen) {
      problems.push("is covered or out of sight");
    }
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) {
      problems.push("has no outline");
    } else if (ratio(outlineColor, around) < 3) {
      problems.push(`has an outline of ${outlineColor} on ${around}`);
    }
    const name = `${at.tagName} ${(at.ariaLabel || at.innerText || at.name || at.id).trim().slice(0, 40)}`;
    return { name, place: [...document.querySelectorAll("*")].indexOf(at), problems };
  },

  // The edges of what one types or chooses in, against what is around them; of ticks the browser draws its own.
  edges() {
    return [...document.querySelectorAll("input, select, textarea")]
      .filter((each) => each.checkVisibility() && !each.disabled)
      .filter((each) => !["checkbox", "radio", "hidden"].includes(each.type))
      .filter((each) => {
        const { borderTopColor, borderTopWidth } = getComputedStyle(each);
        return ratio(borderTopColor, behind(each.parentElement)) < 3 || parseFloat(borderTopWidth) < 1;
      })
      .map((each) => `the edge of ${each.name || each.id} is faint`);
  },

  // What a chart says without words. The pieces of a bar need none of it: each has its number in it or beside it.
  marks() {
    const kinds = ".chart :is(.own, .whole, .dot, .ring, .reach, .reach-other), .histogram :is(.own, .outline, .mark)";
    return [...document.querySelectorAll(kinds)]
      .filter((each) => {
        const { stroke, fill } = getComputedStyle(each);
        return ratio(stroke === "none" ? fill : stroke, behind(each.closest(".card"))) < 3;
      })
      .map((each) => `the mark ${each.className.baseVal} is faint`);
  },

  // Texts that are cut. What ends in an ellipsis is whole on hover and focus, or on the page that it leads to.
  cuts() {
    return [...document.querySelectorAll("main *, .topbar *, .rail *, .foot *")]
      .filter((each) => !["INPUT", "PROGRESS", "svg"].includes(each.tagName) && each.clientHeight > 1)
      .filter((each) => {
        const { overflowX, overflowY, clipPath, textOverflow } = getComputedStyle(each);
        return /hidden|clip/.test(overflowX + overflowY) && clipPath === "none" && textOverflow !== "ellipsis";
      })
      .filter((each) => each.checkVisibility())
      .filter((each) => each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2)
      .map((each) => `${each.tagName}.${each.className} is cut: ${each.textContent.trim().slice(0, 30)}`);
  },

  // As somebody may set it for oneself (1.4.12).
  space() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
      p { margin-bottom: 2em !important }
    `);
    document.adoptedStyleSheets = [sheet];
  },
};
