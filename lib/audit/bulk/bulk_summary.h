#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "audit/bulk/bulk_audit.h"

namespace assay::audit {

/// What a row with nothing to test has.
inline constexpr std::string_view kNoVerdict = "no verdict";

/// Implied utilisation of the rows of one year or device.
struct UtilisationGroup {
  size_t rows = 0;
  double low = 0;
  double median = 0;
  double high = 0;
};

/// What a table's audit comes to.
struct BulkSummary {
  size_t rows = 0;
  size_t faulty = 0;                     ///< rows with a cell or record that cannot be read
  std::map<std::string, size_t> labels;  ///< kNoVerdict for rows with nothing to test
  std::map<std::string, size_t> flags;   ///< rows by rule that flags them
  std::map<std::string, size_t> fails;   ///< rows by rule that fails them
  std::map<std::string, size_t> unknown_hardware;
  std::map<std::string, std::string> candidates;  ///< what unknown hardware may mean
  std::map<std::string, UtilisationGroup> by_year;
  std::map<std::string, UtilisationGroup> by_device;
};

BulkSummary summarise(const BulkAudit& audit);

/// The summary for a terminal, with the utilisation by year and device as bars.
std::string summary_text(const BulkAudit& audit, Language language);
/// The same as an object, and one object a row.
nlohmann::ordered_json bulk_json(const BulkAudit& audit, const std::string& registry_hash);
/// One line a row: line, name, date, device, verdict, implied utilisation, flags, fails, faults and
/// the sentence. Formula prefixes of spreadsheets are defused.
std::string bulk_csv(const BulkAudit& audit);

}  // namespace assay::audit
