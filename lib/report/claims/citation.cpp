#include "report/claims/citation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "audit/output/number_text.h"
#include "report/verdict_text.h"

namespace assay::report {
namespace {

std::string answer(const Verdict& verdict) { return std::string(label_word(verdict)); }

std::string registry_text(const CitedWith& with) {
  return with.registry_version.empty()
             ? fmt::format("registry sha256 {}", with.registry_hash)
             : fmt::format("registry {}, sha256 {}", with.registry_version, with.registry_hash);
}

// What was judged: a claim of the registry, or a file that the registry's hash says nothing of.
std::string judged_text(const Verdict& verdict, const CitedWith& with) {
  if (verdict.file.name.empty()) return registry_text(with);
  return fmt::format(
      "claim file {}{}, not of the registry{}; sources and bands of {}",
      audit::printable(verdict.file.name),
      verdict.file.sha256.empty() ? "" : ", sha256 " + verdict.file.sha256,
      verdict.file.replaces ? " (it stands for the registry's claim of this id)" : "",
      registry_text(with));
}

// A sign that TeX reads as its own, written so that it prints; others as they are.
std::string_view tex_sign(char c) {
  switch (c) {
    case '\\':
      return "\\textbackslash{}";
    case '~':
      return "\\textasciitilde{}";
    case '^':
      return "\\textasciicircum{}";
    case '{':
      return "\\{";
    case '}':
      return "\\}";
    case '$':
      return "\\$";
    case '&':
      return "\\&";
    case '#':
      return "\\#";
    case '_':
      return "\\_";
    case '%':
      return "\\%";
    default:
      return {};
  }
}

std::string tex(const std::string& text) {
  std::string out;
  for (const char c : audit::printable(text)) {
    const std::string_view sign = tex_sign(c);
    if (sign.empty()) {
      out += c;
    } else {
      out += sign;
    }
  }
  return out;
}

// BibTeX keys end at spaces, commas, braces and quotes.
std::string bibtex_key(const std::string& claim) {
  std::string key = "assay-" + claim;
  std::replace_if(
      key.begin(), key.end(),
      [](char c) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        return !plain;
      },
      '-');
  return key;
}

}  // namespace

std::string plain_citation(const Verdict& verdict, const CitedWith& with) {
  return fmt::format("Assay {}. \"{}\" ({}): {}. {}. {}. Accessed {}.", with.program_version,
                     audit::printable(verdict.title), audit::printable(verdict.claim_id),
                     answer(verdict), judged_text(verdict, with), audit::printable(verdict.command),
                     with.accessed);
}

std::string bibtex_citation(const Verdict& verdict, const CitedWith& with) {
  return fmt::format(
      "@misc{{{},\n  author = {{{{Assay}}}},\n  title = {{{{{}}}}},\n  year = {{{}}},\n"
      "  howpublished = {{\\texttt{{{}}}}},\n  note = {{Verdict: {}. Assay {}, {}. Accessed {}}}\n"
      "}}\n",
      bibtex_key(verdict.claim_id), tex(verdict.title), with.accessed.substr(0, 4),
      tex(verdict.command), answer(verdict), tex(with.program_version),
      tex(judged_text(verdict, with)), with.accessed);
}

}  // namespace assay::report
