#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "audit/claims/claim.h"
#include "registry/registry.h"

namespace assay::audit {

/// The claims that an audit sees, by id. Claims name figures of each other, so they are read as a
/// set.
class ClaimSet {
 public:
  /// Reads every TOML file below `root`/claims. Throws: DataError at the first fault.
  static ClaimSet load(const std::filesystem::path& root);

  /// Reads what can be read of `root`/claims and returns each fault as one line: unreadable files,
  /// ids used twice, names of unknown models, devices, sources, claims and figures, circles of
  /// first-hand references, and ids that differ from the file's name.
  static std::vector<std::string> lint(const std::filesystem::path& root, const Registry& registry);

  /// Adds a claim; one with the same id is replaced (a file under audit beats the registry).
  const Claim& add(Claim claim);

  /// True where a claim that was added took the place of another one.
  [[nodiscard]] bool replaced(const std::string& id) const { return replaced_.contains(id); }

  [[nodiscard]] const std::map<std::string, Claim>& claims() const { return claims_; }
  /// Throws: DataError naming the nearest known id.
  [[nodiscard]] const Claim& claim(std::string_view id) const;
  /// The figure that `ref` names in `from` or in another claim. Throws: DataError at the
  /// reference's place.
  [[nodiscard]] const Figure& figure(const Claim& from, const FigureRef& ref) const;

  /// Fails on the first reference of `claim` that leads nowhere, and on a circle of first-hand
  /// references through it. Throws: DataError with file:line:column.
  void check(const Claim& claim, const Registry& registry) const;

 private:
  std::map<std::string, Claim> claims_;
  std::set<std::string> replaced_;
};

}  // namespace assay::audit
