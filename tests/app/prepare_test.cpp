#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.h"

namespace {

using Catch::Matchers::Contains;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay_prepare_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;

  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }
  [[nodiscard]] ProgramResult prepare(std::vector<std::string> more) const {
    std::vector<std::string> args{"prepare", "--set", "data.prepared_folder=" + file("data"),
                                  "--json"};
    args.insert(args.end(), more.begin(), more.end());
    return run_assay(args);
  }

 private:
  std::filesystem::path path_;
};

TEST_CASE("prepare makes shards of a text file") {
  const Folder folder;
  std::ofstream(folder.file("play.txt")) << "To be, or not to be: that is the question.";
  const ProgramResult result = folder.prepare({"--set", "data.corpus=text", "--set",
                                               "data.text_file=" + folder.file("play.txt"), "--set",
                                               "data.validation_share=0.1"});
  REQUIRE(result.exit_code == 0);
  const auto corpus = nlohmann::json::parse(result.out);
  CHECK(corpus.at("train_tokens") == 37);
  CHECK(std::filesystem::file_size(corpus.at("folder").get<std::string>() + "/train.tok") == 165);
}

TEST_CASE("a corpus that is not installed is one line, exit 3, and names the package") {
  const ProgramResult result =
      Folder().prepare({"--set", "data.dictionary_folder=/no/such/folder"});
  CHECK(result.exit_code == 3);
  CHECK(result.out.empty());
  CHECK(result.err ==
        "assay: [text] corpus is not installed: no /no/such/folder/gcide.dict.dz (apt-get install "
        "dict-gcide)\n");
}

TEST_CASE("an unknown key of the corpus is exit 2 and names the nearest key") {
  const ProgramResult result = Folder().prepare({"--set", "data.corpsu=text"});
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Contains("corpus"));
}

}  // namespace
