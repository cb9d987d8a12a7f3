<?xml version="1.0" encoding="windows-1252"?>
<CHANNEL HREF="https://post.example/" BASE="https://post.example/"><TITLE>The Harbour Post</TITLE><ABSTRACT>News</ABSTRACT><LOGO HREF="https://post.example/logo.gif" STYLE="icon"/>
<ITEM HREF="https://post.example/a" LASTMOD="2026-02-03T10:00"><TITLE>Ferry pilots vote</TITLE><ABSTRACT>They vote on Thursday.</ABSTRACT></ITEM>
<ITEM><A HREF="https://post.example/b"/><TITLE>Rain until Friday</TITLE></ITEM></CHANNEL>