#pragma once

#include <filesystem>
#include <string>

namespace assay {

/// The name and password that a scraper must show (HTTP basic authentication). The password is kept
/// as its digest.
class ScrapePassword {
 public:
  /// Reads the password from the first line of `file`: it stands in no config and no manifest.
  /// Throws: ConfigError where the file cannot be read, or is empty.
  ScrapePassword(std::string user, const std::filesystem::path& file);

  [[nodiscard]] bool is_right(const std::string& user, const std::string& password) const;

 private:
  std::string user_;
  std::string digest_;
};

}  // namespace assay
