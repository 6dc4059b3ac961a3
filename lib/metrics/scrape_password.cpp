#include "metrics/scrape_password.h"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "digest/sha256.h"
#include "error/error.h"

namespace assay {

ScrapePassword::ScrapePassword(std::string user, const std::filesystem::path& file)
    : user_(std::move(user)) {
  std::ifstream stream(file);
  std::string password;
  if (!std::getline(stream, password) || password.empty()) {
    throw ConfigError(
        fmt::format("[metrics] no password in metrics.password_file: {}", file.string()));
  }
  digest_ = sha256(password);
}

bool ScrapePassword::is_right(const std::string& user, const std::string& password) const {
  // Digests are compared, so that the time tells nothing about the password.
  return sha256(user) == sha256(user_) && sha256(password) == digest_;
}

}  // namespace assay
