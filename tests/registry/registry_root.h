#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "error/error.h"
#include "registry/registry.h"

namespace assay {

/// A small registry in a folder of its own that goes away with it.
class RegistryRoot {
 public:
  RegistryRoot() {
    std::filesystem::remove_all(root_);
    write("sources.toml", "[paper]\ntitle = \"A paper\"\nhand = \"first\"\n");
    write("devices/h100.toml", device("h100"));
  }
  ~RegistryRoot() { std::filesystem::remove_all(root_); }
  RegistryRoot(const RegistryRoot&) = delete;
  RegistryRoot& operator=(const RegistryRoot&) = delete;

  static std::string device(const std::string& id, const std::string& more = "") {
    return "id = \"" + id +
           "\"\nname = \"A device\"\nvendor = \"V\"\nkind = \"gpu\"\narchitecture = \"a\"\n" +
           more + kSource;
  }
  static std::string price(const std::string& id, const std::string& from, const std::string& to,
                           const std::string& more = "price = \"2.0 USD/gpu_h\"\n") {
    return "id = \"" + id + "\"\ndevice = \"h100\"\nkind = \"market\"\nvalid_from = \"" + from +
           "\"\nvalid_to = \"" + to + "\"\n" + more + kSource;
  }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }
  [[nodiscard]] Registry load() const { return Registry::load(root_); }
  [[nodiscard]] const std::filesystem::path& path() const { return root_; }
  /// The message of the DataError that loading throws, from the file's name on.
  [[nodiscard]] std::string fault() const {
    try {
      static_cast<void>(load());
    } catch (const DataError& error) {
      const std::string text = error.what();
      const size_t at = text.find(root_.string());
      return at == std::string::npos ? text : text.substr(at + root_.string().size() + 1);
    }
    return "no error";
  }

  static inline const std::string kSource = "[source]\nkey = \"paper\"\nmark = \"seen\"\n";

 private:
  std::filesystem::path root_ =
      std::filesystem::temp_directory_path() / ("assay_registry_" + std::to_string(::getpid()));
};

}  // namespace assay
