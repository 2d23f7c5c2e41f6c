"Build densenb: everything that can vary stands in settings.ini."
import shutil
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

config = ConfigParser(delimiters=["="])
config.read("settings.ini", encoding="utf-8")
settings = config["DEFAULT"]
package = settings["lib_name"]

extras = {key.removesuffix("_requirements"): settings[key].split()
          for key in settings if key.endswith("_requirements")}
extras["all"] = sorted({requirement for requirements in extras.values() for requirement in requirements})



class BuildPackage(build_py):
    "Puts the walkthroughs into what is installed. Git has them once, in nbs/tutorials, where an editable installation finds them."

    def run(self):
        super().run()
        if self.editable_mode:
            return
        folder = Path(self.build_lib, package, "assets", "tutorials")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for notebook in sorted(Path("nbs", "tutorials").glob("*.ipynb")):
            shutil.copyfile(notebook, folder / notebook.name)


setup(
    name=package,
    version=settings["version"],
    description=settings["description"],
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    keywords=settings["keywords"].split(),
    author=settings["author"],
    author_email=settings["author_email"],
    url=settings["git_url"],
    license="Apache-2.0",
    license_files=["LICENSE"],
    classifiers=["Development Status :: 3 - Alpha", "Intended Audience :: Science/Research",
                 "Natural Language :: English", "Programming Language :: Python :: 3",
                 "Topic :: Scientific/Engineering :: Image Processing"],
    python_requires=">=" + settings["min_python"],
    packages=find_packages(include=[package, f"{package}.*"]),
    package_data={package: ["assets/*"]},
    cmdclass={"build_py": BuildPackage},
    install_requires=settings["requirements"].split(),
    extras_require=extras,
    entry_points={
        "console_scripts": [f"densenb={package}.cli:main", f"densenb-project={package}.project.commands:main"],
        "nbdev": [f"{package}={package}._modidx:d"],
    },
)
