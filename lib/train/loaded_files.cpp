#include "train/loaded_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/durable_file.h"

namespace assay {

namespace fs = std::filesystem;

namespace {

using Cache = std::map<std::string, std::string>;  // identity -> sha256

std::set<std::string> mapped_libraries() {
  std::set<std::string> libraries;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const size_t begin = line.find('/');
    if (begin == std::string::npos || line.find(".so") == std::string::npos) continue;
    libraries.insert(line.substr(begin));
  }
  return libraries;
}

bool is_of_cuda(const std::string& path) {
  return path.find("/nvidia/") != std::string::npos || path.find("cuda") != std::string::npos ||
         path.find("nvshmem") != std::string::npos;
}

fs::path cache_file() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME")) {
    if (*cache != '\0') return fs::path(cache) / "assay" / "library-digests.json";
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return fs::path(home) / ".cache" / "assay" / "library-digests.json";
}

Cache read_cache(const fs::path& path) {
  std::ifstream stream(path);
  const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  Cache cache;
  if (!json.is_object()) return cache;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) cache[key] = value.get<std::string>();
  }
  return cache;
}

void write_cache(const fs::path& path, const Cache& cache) {
  if (path.empty()) return;
  try {
    make_directories(path.parent_path());
    write_file_durably(path, nlohmann::json(cache).dump(1));
  } catch (const StorageError&) {
    // A cache that cannot be written costs time at the next start and nothing else.
  }
}

std::string identity(const std::string& path, const struct stat& status) {
  return fmt::format("{}|{}|{}|{}.{:09}", path, status.st_size, status.st_ino,
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

}  // namespace

FileDigest program_digest() {
  const fs::path path = fs::read_symlink("/proc/self/exe");
  return {path.string(), static_cast<int64_t>(fs::file_size("/proc/self/exe")),
          sha256_file("/proc/self/exe")};
}

std::vector<FileDigest> library_digests(bool with_cuda) {
  const fs::path cache_path = cache_file();
  const Cache known = read_cache(cache_path);
  Cache cache = known;
  std::vector<FileDigest> digests;
  for (const std::string& path : mapped_libraries()) {
    struct stat status {};
    if ((!with_cuda && is_of_cuda(path)) || stat(path.c_str(), &status) != 0) continue;
    std::string& digest = cache[identity(path, status)];
    if (digest.empty()) digest = sha256_file(path);
    digests.push_back({path, static_cast<int64_t>(status.st_size), digest});
  }
  if (cache != known) write_cache(cache_path, cache);
  return digests;
}

}  // namespace assay
