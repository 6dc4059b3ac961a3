#pragma once

#include <string>

#include "audit/verdict.h"

namespace assay::report {

/// What a citation of a verdict names beside it, so that a reader can get the same answer.
struct CitedWith {
  std::string registry_version;  ///< empty: the registry has none
  std::string registry_hash;
  std::string program_version;
  std::string accessed;  ///< YYYY-MM-DD
};

/// One line: who audited what, the answer, program, registry version and hash, the command.
std::string plain_citation(const Verdict& verdict, const CitedWith& with);

/// A BibTeX entry (@misc) of the same. TeX's own signs are escaped.
std::string bibtex_citation(const Verdict& verdict, const CitedWith& with);

}  // namespace assay::report
